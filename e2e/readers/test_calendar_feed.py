"""The calendar feed, as Python's icalendar and khal read it."""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import icalendar

from demo import Demo


class CalendarFeed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = Demo()
        cls.addClassCleanup(cls.demo.stop)
        request = urllib.request.Request(
            cls.demo.url + "/api/v1/me/calendar-feed", method="POST", headers={"authorization": f"Bearer {cls.demo.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            cls.url = json.load(answer)["url"]
        with urllib.request.urlopen(cls.url, timeout=60) as answer:
            cls.etag = answer.headers["etag"]
            cls.bytes = answer.read()

    def test_lines_are_folded_and_ended(self):
        lines = self.bytes.split(b"\r\n")
        self.assertEqual(lines[-1], b"")
        for line in lines:
            self.assertLessEqual(len(line), 75)
            self.assertNotIn(b"\n", line)
            line.decode("utf-8")

    def test_events_are_read_in_shanghai(self):
        calendar = icalendar.Calendar.from_ical(self.bytes)
        zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
        self.assertEqual(zones, ["Asia/Shanghai"])
        zone = calendar.walk("VTIMEZONE")[0].to_tz()
        events = calendar.walk("VEVENT")
        self.assertGreaterEqual(len(events), 2)
        self.assertEqual(len({str(event["UID"]) for event in events}), len(events))
        for event in events:
            self.assertEqual(event["DTSTART"].params["TZID"], "Asia/Shanghai")
            start = event["DTSTART"].dt
            self.assertEqual((start.hour, start.minute, start.second), (23, 59, 59))
            self.assertEqual(start.utcoffset(), datetime.timedelta(hours=8))
            self.assertEqual(zone.utcoffset(start.replace(tzinfo=None)), datetime.timedelta(hours=8))
            self.assertIn("报送截止", str(event["SUMMARY"]))
            self.assertIn("数据截至：", str(event["DESCRIPTION"]))
            due = f"{start.year}年{start.month}月{start.day}日"
            self.assertIn(due, str(event["DESCRIPTION"]))
            self.assertGreaterEqual(int(event["SEQUENCE"]), 0)
            triggers = [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
            if triggers:
                self.assertEqual(triggers[0], datetime.timedelta(days=-7))

    def test_what_has_not_changed_is_not_sent_again(self):
        request = urllib.request.Request(self.url, headers={"if-none-match": self.etag})
        with self.assertRaises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=60)
        self.assertEqual(answer.exception.code, 304)

    def test_a_calendar_program_takes_it_in(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "feed.ics").write_bytes(self.bytes)
        (folder / "khal.conf").write_text(
            f"[calendars]\n[[due]]\npath = {folder}/calendar\n[sqlite]\npath = {folder}/khal.db\n"
            "[locale]\nlocal_timezone = Asia/Shanghai\ndefault_timezone = Asia/Shanghai\ntimeformat = %H:%M\n"
            "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n")
        environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}

        def khal(*arguments):
            return subprocess.run(["khal", "-c", str(folder / "khal.conf"), *arguments], env=environment, text=True,
                                  check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL).stdout

        khal("import", "--batch", "-a", "due", str(folder / "feed.ics"))
        event = icalendar.Calendar.from_ical(self.bytes).walk("VEVENT")[0]
        day = event["DTSTART"].dt.strftime("%Y-%m-%d")
        listed = khal("list", day, "1d", "--format", "{start-time} {title}")
        self.assertIn("23:59", listed)
        self.assertIn(str(event["SUMMARY"]), listed)


if __name__ == "__main__":
    unittest.main()
