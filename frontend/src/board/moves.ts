// Which card a key leads to. No browser in here.

export interface Column {
  stage: string;
  cards: number;
}

export interface At {
  column: number;
  card: number;
}

/** Up and down within a column, left and right to the nearest column that has cards; Home and End within the column. */
export function beside(columns: Column[], at: At, key: string): At | undefined {
  const cards = columns[at.column]?.cards ?? 0;
  const within = (card: number): At | undefined => (card >= 0 && card < cards && card !== at.card ? { column: at.column, card } : undefined);
  switch (key) {
    case "ArrowUp":
      return within(at.card - 1);
    case "ArrowDown":
      return within(at.card + 1);
    case "Home":
      return within(0);
    case "End":
      return within(cards - 1);
    case "ArrowLeft":
    case "ArrowRight": {
      const way = key === "ArrowRight" ? 1 : -1;
      for (let column = at.column + way; column >= 0 && column < columns.length; column += way) {
        const there = columns[column]?.cards ?? 0;
        if (there > 0) return { column, card: Math.min(at.card, there - 1) };
      }
      return undefined;
    }
    default:
      return undefined;
  }
}
