#!/usr/bin/env python3
"""Writes projects.json: the demo's project library, 120 invented projects of the 17 enterprises.

Names, amounts and investors are invented (no real project, company or person is meant); telephones are 1380000xxxx.
Every stage, list and trouble of the mission page occurs. Run it after changing the lists: it is deterministic.
"""

import json
import pathlib

# enterprise: (industry, [(name, 万元, district, basics, cooperation)])
LIBRARY = {
    "温州银行": ("现代金融", [
        ("科创企业投贷联动服务中心", 30000, "330302", "设立面向科创企业的投贷联动专营机构，首期服务企业200家", "股权合作"),
        ("温商回归产业基金", 200000, "330302", "与省级平台共同发起温商回归产业母基金，首期规模20亿元", "共同出资"),
        ("普惠金融数据服务平台", 8600, "330304", "建设普惠金融征信与数据服务平台", "技术合作"),
        ("供应链金融科技园区", 46000, "330303", "建筑面积5.2万平方米，引进供应链金融企业总部", "合作开发"),
        ("跨境结算服务中心", 12000, "330305", "服务外贸小微企业的跨境结算与汇率避险", "战略合作"),
        ("绿色信贷资产登记中心", 5000, "330304", "绿色信贷资产登记、评估与流转", "技术合作"),
        ("金融博览馆及培训基地", 9800, "330302", "金融历史陈列、投资者教育与从业培训", "合作运营"),
    ]),
    "公用集团": ("城市建设基础设施", [
        ("东片污水处理厂四期扩建", 68000, "330303", "新增日处理能力15万吨，出水达准Ⅳ类", "PPP"),
        ("餐厨垃圾资源化利用中心", 24500, "330304", "日处理餐厨垃圾400吨，沼气发电并网", "BOT"),
        ("智慧水务管网改造", 39000, "330302", "改造老旧供水管网210公里，布设智能水表30万只", "EPC+O"),
        ("分布式燃气能源站", 18000, "330303", "为经开区提供冷热电三联供", "合资经营"),
        ("海水淡化一期", 52000, "330305", "日产淡水5万吨，保障海岛供水", "合资经营"),
        ("城市充电设施网络", 21600, "330302", "建设公共充电桩3200个及运营平台", "合作运营"),
        ("再生水利用管网", 16800, "330304", "向印染园区供应再生水", "PPP"),
    ]),
    "铁投集团": ("交通基础设施", [
        ("市域铁路S2线一期", 2560000, "330381", "线路全长63.6公里，设站20座", "PPP"),
        ("市域铁路S3线", 1820000, "330326", "线路全长约56公里", "PPP"),
        ("高铁南站综合枢纽", 420000, "330304", "集高铁、市域铁路、公交于一体的换乘枢纽", "合作开发"),
        ("轨道交通车辆检修基地", 86000, "330303", "承担市域列车大架修", "合资经营"),
        ("站点上盖综合开发（奥体中心站）", 310000, "330303", "商住办综合开发，建筑面积42万平方米", "合作开发"),
        ("货运铁路专用线改造", 57000, "330305", "疏港铁路专用线电气化改造", "合资经营"),
        ("轨道交通装备产业园", 150000, "330303", "引进轨道交通装备制造与维保企业", "招商引进"),
    ]),
    "机场集团": ("现代物流", [
        ("航空货运物流中心", 95000, "330303", "年处理货邮30万吨，含国际货站", "合资经营"),
        ("通用航空基地", 36000, "330329", "通航作业、飞行培训与低空旅游", "合作运营"),
        ("机场酒店及商务区", 78000, "330303", "四星级酒店与临空商务楼宇", "合作开发"),
        ("飞机维修定检中心", 42000, "330303", "承接窄体机定检与航线维修", "合资经营"),
        ("跨境电商航空枢纽仓", 28000, "330303", "保税备货仓2.6万平方米", "合作运营"),
        ("航空食品生产基地", 11500, "330303", "日产航空配餐3万份", "合资经营"),
        ("临空冷链物流园", 33000, "330303", "冷库容量6万吨，服务海鲜出口", "招商引进"),
    ]),
    "城投集团": ("城市建设基础设施", [
        ("中央绿轴文化商业综合体", 560000, "330302", "用地186亩，文化、商业、办公综合开发", "合作开发"),
        ("滨江商务区CBD超高层", 480000, "330302", "超高层办公与高端酒店", "招商引进"),
        ("三垟湿地生态旅游区", 230000, "330304", "湿地保护与生态旅游开发", "PPP"),
        ("地下综合管廊二期", 165000, "330304", "新建管廊23公里", "PPP"),
        ("国际会议中心", 198000, "330305", "主会场3000座及配套酒店", "合作运营"),
        ("滨海大道景观提升", 42000, "330303", "沿线27公里景观与慢行系统", "EPC"),
        ("安置房装配式建造基地", 53000, "330327", "年产构件20万立方米", "合资经营"),
        ("城市停车设施一体化", 31000, "330302", "新建公共泊位1.2万个，统一运营", "特许经营"),
    ]),
    "名城集团": ("现代旅游", [
        ("五马历史文化街区提升", 128000, "330302", "街区修缮、业态更新与夜游", "合作运营"),
        ("朔门古港遗址公园", 96000, "330302", "遗址保护展示与文化旅游", "合作开发"),
        ("江心屿文旅综合开发", 88000, "330302", "生态度假与文化演艺", "合作运营"),
        ("望江路游轮码头", 27000, "330302", "瓯江夜游码头及游船", "合资经营"),
        ("大师创意街区", 18500, "330302", "引进文创工作室60家", "招商引进"),
        ("老字号商业联盟街", 12600, "330302", "老字号集聚经营与展示", "合作运营"),
        ("城市更新改造片区（南塘二期）", 215000, "330302", "片区更新，建筑面积28万平方米", "合作开发"),
    ]),
    "金投集团": ("现代金融", [
        ("不良资产处置合作平台", 100000, "330302", "与央企合作设立地方不良资产处置平台", "合资经营"),
        ("产业投资母基金二期", 300000, "330302", "重点投向新材料、新能源", "共同出资"),
        ("融资租赁公司增资", 60000, "330305", "引进战略投资者增资扩股", "增资扩股"),
        ("科创担保增信中心", 20000, "330304", "为科创企业提供担保增信", "合资经营"),
        ("私募基金小镇", 75000, "330304", "引进私募管理机构100家", "招商引进"),
        ("区域股权交易服务中心", 9000, "330302", "非上市公司股权登记托管", "合作运营"),
        ("保险资金对接项目", 150000, "330302", "引进保险资金参与基础设施投资", "债权计划"),
    ]),
    "交投集团": ("交通基础设施", [
        ("甬台温高速复线瑞苍段", 980000, "330327", "线路长71公里，双向六车道", "PPP"),
        ("瓯江北口大桥", 750000, "330324", "三塔四跨双层钢桁架悬索桥", "PPP"),
        ("状元岙港区二期码头", 260000, "330305", "新建5万吨级泊位2个", "合资经营"),
        ("瓯江口临港仓储", 12000, "330305", "建设标准仓储6万平方米", "合资经营"),
        ("高速公路服务区综合开发", 45000, "330381", "服务区商业、充电与光伏一体开发", "合作运营"),
        ("公路养护科技基地", 16000, "330304", "养护装备与再生沥青", "合资经营"),
        ("金丽温高速东延线", 430000, "330302", "线路长17公里", "PPP"),
        ("港口铁水联运枢纽", 185000, "330305", "集装箱铁水联运年30万标箱", "合资经营"),
    ]),
    "现代集团": ("商贸休闲", [
        ("农产品批发市场迁建", 138000, "330303", "占地320亩，年交易额超百亿元", "合作开发"),
        ("冷链物流中央厨房", 35000, "330304", "日供餐20万份", "合资经营"),
        ("进口商品直销中心", 22000, "330302", "进口商品展示与直销", "招商引进"),
        ("粮食产业园", 58000, "330326", "仓储、加工、应急保障一体", "合资经营"),
        ("家居建材展贸城", 89000, "330304", "展贸面积18万平方米", "招商引进"),
        ("人力资源服务产业园", 15000, "330302", "引进人力资源机构50家", "合作运营"),
        ("会展中心改造提升", 46000, "330302", "展馆改造与数字会展", "合作运营"),
    ]),
    "工投集团": ("现代物流", [
        ("激光与光电产业园", 260000, "330303", "引进激光装备企业40家", "招商引进"),
        ("新能源汽车零部件基地", 320000, "330381", "电驱、线束与轻量化部件", "招商引进"),
        ("半导体封测项目", 180000, "330305", "先进封装产线一条", "合资经营"),
        ("智能电气检测中心", 26000, "330382", "高低压电气检测认证", "技术合作"),
        ("氢燃料电池中试基地", 48000, "330303", "电堆与系统中试", "合资经营"),
        ("小微企业园（乐清湾）", 92000, "330382", "标准厂房36万平方米", "合作开发"),
        ("工业互联网平台", 13500, "330304", "服务鞋服、电气产业集群", "技术合作"),
    ]),
    "交运集团": ("现代物流", [
        ("公路港智慧物流园", 76000, "330304", "公路港、分拨与供应链金融", "合资经营"),
        ("汽车客运东站迁建", 52000, "330303", "综合客运枢纽", "合作开发"),
        ("新能源公交车采购与换电", 43000, "330302", "换电公交600辆", "融资租赁"),
        ("危化品运输监管停车场", 9500, "330305", "危化车辆停放与清洗", "特许经营"),
        ("旅游集散中心", 11000, "330302", "旅游包车与城际直通车", "合作运营"),
        ("汽车后市场产业园", 28000, "330304", "检测维修与二手车", "招商引进"),
        ("城乡物流配送网络", 14500, "330328", "县乡村三级物流节点", "合作运营"),
    ]),
    "体投集团": ("社会事业", [
        ("奥体中心场馆委托运营", 32000, "330303", "场馆群专业化运营", "委托运营"),
        ("龙舟运动基地", 46000, "330304", "国际赛事标准水上运动场", "合作运营"),
        ("体育小镇（山地户外）", 58000, "330324", "山地户外运动与露营", "合作开发"),
        ("青少年训练与康复中心", 15600, "330302", "训练、体测与运动康复", "合资经营"),
        ("体育用品电商产业园", 23000, "330303", "体育用品研发与电商", "招商引进"),
        ("城市马拉松赛事运营", 6000, "330302", "赛事IP合作运营", "合作运营"),
        ("全民健身中心", 37000, "330304", "泳池、球馆与健身", "PPP"),
    ]),
    "农投集团": ("民生工程", [
        ("现代渔港经济区", 86000, "330327", "渔港升级与水产加工", "合作开发"),
        ("生猪养殖循环产业园", 42000, "330328", "年出栏20万头", "合资经营"),
        ("铁皮石斛全产业链", 18000, "330382", "种植、加工与康养", "合资经营"),
        ("高山蔬菜基地", 7600, "330329", "标准化种植1.2万亩", "订单合作"),
        ("水产种业育繁中心", 12500, "330305", "大黄鱼等种苗繁育", "技术合作"),
        ("农村供水一体化", 65000, "330328", "城乡供水同质同网", "PPP"),
        ("田园综合体（泰顺）", 39000, "330329", "农旅融合与民宿集群", "合作开发"),
    ]),
    "建设集团": ("城市建设基础设施", [
        ("装配式钢结构生产基地", 48000, "330327", "年产钢构件12万吨", "合资经营"),
        ("建筑垃圾资源化利用厂", 21000, "330303", "年处理建筑垃圾150万吨", "BOT"),
        ("绿色建材产业园", 56000, "330381", "绿色建材研发生产", "招商引进"),
        ("工程总承包联合体", 8000, "330302", "与央企组建总承包联合体", "战略合作"),
        ("海外工程合作平台", 15000, "330302", "借船出海承接海外工程", "战略合作"),
        ("既有建筑节能改造", 12800, "330304", "公共建筑合同能源管理", "合同能源管理"),
        ("智慧工地科技公司", 5200, "330303", "智慧工地系统研发", "技术合作"),
    ]),
    "文投集团": ("文化创意", [
        ("山水诗路文旅演艺", 48000, "330324", "大型实景演艺及配套", "合作运营"),
        ("数字文化产业园", 36000, "330302", "动漫、游戏与数字阅读", "招商引进"),
        ("影视拍摄基地", 62000, "330324", "影棚12座与外景街区", "合作开发"),
        ("非遗文化体验馆", 9800, "330302", "瓯绣、瓯塑等非遗体验", "合作运营"),
        ("大剧院院线合作", 7200, "330302", "引进专业院线运营", "委托运营"),
        ("印刷文化创意园", 15800, "330327", "包装设计与绿色印刷", "招商引进"),
        ("文化艺术品交易中心", 11000, "330302", "艺术品评估、仓储与交易", "合资经营"),
    ]),
    "教投集团": ("社会事业", [
        ("国际教育园区", 165000, "330304", "国际学校与教师公寓", "合作办学"),
        ("产教融合实训基地", 42000, "330303", "智能制造与电气实训", "合作共建"),
        ("高校科技园", 58000, "330304", "成果转化与创业孵化", "合作开发"),
        ("学前教育集团化", 12000, "330302", "新建公办幼儿园18所", "委托运营"),
        ("研学旅行营地", 16500, "330328", "综合实践与研学", "合作运营"),
    ]),
    "卫投集团": ("医疗健康", [
        ("国际医疗康复中心", 98000, "330304", "床位500张，康复与特需医疗", "合资经营"),
        ("医养结合养老社区", 76000, "330305", "养老床位1800张", "合作开发"),
        ("第三方医学检验中心", 18000, "330303", "区域检验与病理中心", "合资经营"),
        ("生物医药产业园", 145000, "330303", "疫苗与细胞治疗", "招商引进"),
        ("互联网医院平台", 9600, "330302", "远程诊疗与慢病管理", "技术合作"),
        ("质子治疗中心", 120000, "330304", "质子治疗设备及配套", "合资经营"),
    ]),
}

INVESTORS = [
    ("中海川建设（示例）集团有限公司", "domestic", "central", "country", False),
    ("浙东交通（示例）投资有限公司", "domestic", "provincial", "province", False),
    ("沪上温商（示例）实业有限公司", "domestic", "private", "country", True),
    ("香港瓯海（示例）国际有限公司", "foreign", "foreign", "abroad", True),
    ("本市恒达（示例）股份有限公司", "domestic", "private", "city", True),
    ("华辰能源（示例）集团有限公司", "domestic", "central", "country", False),
    ("新加坡海逸（示例）控股有限公司", "foreign", "foreign", "abroad", False),
    ("省发展（示例）资产经营有限公司", "domestic", "provincial", "province", False),
    ("京城温商（示例）投资有限公司", "domestic", "private", "country", True),
    ("市属兄弟（示例）企业有限公司", "domestic", "municipal", "city", False),
]
EVENTS = ["浙洽会", "香港投资合作周", "上海现代服务业交流会", "市领导走访温商", ""]
# How far each is, in turn: all stages, all troubles.
STAGES = ["planned", "negotiating", "signed_old", "producing", "signed", "started", "landed", "filed", "negotiating",
          "intention", "completed", "signed_month", "suspended", "planned", "started", "landed_unfunded", "terminated",
          "framework", "filed_foreign", "negotiating"]
SURNAMES = "陈林黄吴李王张叶郑周"


def project(number, unit, industry, row):
    name, wan, district, basics, cooperation = row
    stage = STAGES[number % len(STAGES)]
    fields = {
        "name": name, "basic_info": basics + "。", "industry": industry, "district": district, "cooperation": cooperation,
        "horizon": "far" if stage in ("planned",) or number % 7 == 3 else "near",
        "contact_name": f"{SURNAMES[number % len(SURNAMES)]}工（演示）", "contact_phone": f"1380000{number:04d}",
    }
    # Some are not priced yet, some to the fen.
    if number % 23 != 5:
        fields["investment"] = wan * 1_000_000 + (500_000 if number % 17 == 4 else 0)
    if number % 4 != 3:
        fields["lead_official"] = f"{SURNAMES[(number * 3 + 1) % len(SURNAMES)]}副总经理（演示）"
    investors = []
    if stage not in ("planned",):
        investors.append(INVESTORS[number % len(INVESTORS)])
    if stage == "filed_foreign":
        investors = [INVESTORS[3 if number % 2 else 6]]
    if number % 9 == 2 and stage != "planned":
        investors.append(INVESTORS[(number + 5) % len(INVESTORS)])
    fields["investors"] = [dict(zip(("name", "origin", "ownership", "place", "wenshang"), one)) for one in investors]
    items = ["demand", "scale", "economics", "site", "planning", "environment"]
    ready = {"planned": 1, "negotiating": 2, "intention": 2}.get(stage, 3 + number % 4)
    fields["readiness"] = {item: {"ready": True, "note": ""} for item in items[:ready]}
    if ready < 6 and number % 3 == 0:
        fields["readiness"][items[ready]] = {"ready": False, "note": "正在编制，预计下季度完成"}
    if number % 3 != 1:
        place = {"330305": "洞头、瓯江口一带，临港近海", "330303": "龙湾、经开区一带，靠近机场和高铁"}.get(district, "交通便利，紧邻主干路网")
        fields["packaging"] = {
            "advantages": f"{basics}，市场需求明确，市属国企主导推进，要素保障到位。",
            "surroundings": f"项目位于{place}，周边配套成熟。",
            "business_model": f"采用{cooperation}模式，合作期内按约定分享收益。" if number % 2 else "",
        }
    milestones, signings = {}, []
    month = 1 + number % 9
    sign = lambda on, kind, level="city": signings.append(
        {"on": on, "kind": kind, "level": level, "event": EVENTS[number % len(EVENTS)],
         "amount": fields.get("investment"), "currency": None})
    if stage != "planned":
        milestones["negotiating"] = f"2016-{month:02d}"
    if stage == "planned":
        milestones["planned"] = f"2017-{month:02d}"
    if stage == "intention":
        sign(f"2017-{month:02d}-18", "intention", "other")
    elif stage == "framework":
        sign(f"2017-{month:02d}-20", "framework")
    elif stage == "signed_old":
        sign("2017-05-24" if number % 2 else "2017-04-08", "formal", "provincial" if number % 3 == 0 else "city")
    elif stage == "signed_month":
        sign("2017-05", "formal")
    elif stage not in ("planned", "negotiating"):
        sign(f"2016-{month + 1:02d}-12", "formal", "provincial" if number % 5 == 0 else "city")
    # An event has its days: what was signed at it was signed then, and talked about before.
    days = {"上海现代服务业交流会": ("2016-04-12", "2017-04-09"), "浙洽会": ("2016-06-08", "2017-06-09"),
            "香港投资合作周": ("2016-09-13", "2017-05")}
    for one in signings:
        if one["event"] in days and stage not in ("intention", "signed_old", "signed_month"):
            one["on"] = days[one["event"]][one["on"].startswith("2017")]
            milestones["negotiating"] = min(milestones["negotiating"], f"{one['on'][:5]}{int(one['on'][5:7]) - 1:02d}")
    more = lambda on, kind, relation, event, part=100: signings.append(
        dict(signings[0], on=on, kind=kind, relation=relation, event=event,
             amount=signings[0]["amount"] and signings[0]["amount"] * part // 100))
    if stage == "landed":
        # Talked into a framework first; the formal contract is upgraded from it.
        signings[0]["relation"] = "upgrade"
        signings.insert(0, dict(signings[0], on="2016-02", kind="framework", event=""))
        del signings[0]["relation"]
        milestones["negotiating"] = "2016-01"
    if stage == "completed":
        more("2017-06-09", "formal", "increase_by", "浙洽会", 20)
    if stage == "filed":
        more("2017-05", "formal", "repeat", "香港投资合作周")
    if stage == "landed_unfunded":
        more("2017-04-09", "formal", "investor_change", "上海现代服务业交流会")
    if stage == "filed_foreign":
        signings[0].update(currency="USD", amount=(fields.get("investment") or 10**10) // 7 // 10**8 * 10**8)
        if number % 3:
            signings[0]["rate"] = {"rate": 66_445_000, "on": "2016-06-30"}
    order = ["filed", "landed", "started", "completed", "producing"]
    reach = {"filed": 1, "filed_foreign": 1, "landed": 2, "landed_unfunded": 2, "started": 3, "completed": 4, "producing": 5,
             "suspended": 1}.get(stage, 0)
    for step, what in enumerate(order[:reach]):
        on = f"2017-{min(1 + step * 2, 10):02d}-{10 + number % 15:02d}"
        if what == "landed":
            fields["company"] = {"name": f"{name.split('（')[0]}（示例）有限公司", "registered_on": on if number % 3 else on[:7]}
        else:
            milestones[what] = on if number % 6 else on[:7]
    if stage == "suspended":
        fields["suspended"] = {"on": "2017-09", "reason": "用地指标未落实，待规划调整后再推进"}
    if stage == "terminated":
        fields["terminated"] = {"on": "2017-10-16", "reason": "投资方战略调整，双方协商终止"}
    fields["milestones"], fields["signings"] = milestones, signings
    if number % 11 == 6:
        fields["remarks"] = "与兄弟单位项目相近，注意衔接"
    return {"unit": unit, "fields": fields}


def main():
    projects, number = [], 0
    for unit, (industry, rows) in LIBRARY.items():
        for row in rows:
            projects.append(project(number, unit, industry, row))
            number += 1
    # A likely twin in another enterprise.
    twin = json.loads(json.dumps(next(one for one in projects if one["fields"]["name"] == "瓯江口临港仓储")))
    twin["unit"] = "现代集团"
    twin["fields"].update(name="瓯江口临港仓储物流（一期）", contact_phone="13800009001")
    projects.append(twin)
    path = pathlib.Path(__file__).with_name("projects.json")
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in projects)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(len(projects), "projects")


if __name__ == "__main__":
    main()
