"""What a column of a sheet can be, for each kind of sheet, and the headings people give it.

Headings are listed in English, Malay and Chinese, folded. The order of a kind's fields settles ties.
"""

# Chinese letters count twice in the width of a line; these tables are read by word, not by line.

from __future__ import annotations

from enum import StrEnum
from functools import cache

from .words import fold


class Kind(StrEnum):
    """What each row of a sheet is. `MEMBERS` is a list of colleagues, not of customers."""

    OPPORTUNITIES = "opportunities"
    COMPANIES = "companies"
    PEOPLE = "people"
    PRODUCTS = "products"
    MEMBERS = "members"


class Field(StrEnum):
    NONE = ""
    EXTERNAL_ID = "external_id"
    TITLE = "title"
    COMPANY = "company"
    PERSON = "person"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    JOB = "job"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    PRODUCT = "product"
    AMOUNT = "amount"
    CURRENCY = "currency"
    STAGE = "stage"
    PROBABILITY = "probability"
    OWNER = "owner"
    ENGAGED = "engaged_on"
    CLOSED = "closed_on"
    EXPECTED = "expected_on"
    LOST_REASON = "lost_reason"
    TAGS = "tags"
    NOTES = "notes"
    PRIORITY = "priority"
    IS_COMPANY = "is_company"
    PARENT = "parent"
    SECTOR = "sector"
    WEBSITE = "website"
    EMPLOYEES = "employees"
    REVENUE = "revenue"
    FOUNDED = "founded"
    STREET = "street"
    CITY = "city"
    POSTCODE = "postcode"
    STATE = "state"
    COUNTRY = "country"
    REFERENCE = "reference"
    CATEGORY = "category"
    PRICE = "price"
    COST = "cost"
    BARCODE = "barcode"
    DO_NOT_MAIL = "do_not_mail"
    MANAGER = "manager"
    TEAM = "team"


F = Field

DATES = frozenset({F.ENGAGED, F.CLOSED, F.EXPECTED})
MONEY = frozenset({F.AMOUNT, F.REVENUE, F.PRICE, F.COST})

ADDRESS = (F.STREET, F.CITY, F.POSTCODE, F.STATE, F.COUNTRY)

# The weight is how much a field speaks for its kind when the kind itself is to be guessed.
FIELDS: dict[Kind, dict[Field, float]] = {
    Kind.OPPORTUNITIES: {
        F.TITLE: 1.0, F.STAGE: 3.0, F.AMOUNT: 1.5, F.EXPECTED: 2.0, F.CLOSED: 2.0, F.PROBABILITY: 2.0, F.LOST_REASON: 2.0,
        F.ENGAGED: 1.0, F.OWNER: 1.0, F.PRODUCT: 1.0, F.COMPANY: 0.7, F.PERSON: 0.5, F.PRIORITY: 0.8, F.CURRENCY: 0.5,
        F.EMAIL: 0.3, F.PHONE: 0.3, F.TAGS: 0.3, F.NOTES: 0.2, F.EXTERNAL_ID: 0.2,
    },
    Kind.COMPANIES: {
        F.COMPANY: 1.2, F.IS_COMPANY: 2.0, F.SECTOR: 2.0, F.EMPLOYEES: 2.0, F.REVENUE: 2.0, F.PARENT: 1.5, F.WEBSITE: 1.0,
        F.FOUNDED: 1.0, F.DO_NOT_MAIL: 0.5, **dict.fromkeys(ADDRESS, 0.5), F.EMAIL: 0.3, F.PHONE: 0.3, F.CURRENCY: 0.1, F.OWNER: 0.2,
        F.TAGS: 0.2, F.NOTES: 0.2, F.EXTERNAL_ID: 0.2,
    },
    Kind.PEOPLE: {
        F.PERSON: 1.5, F.FIRST_NAME: 2.0, F.LAST_NAME: 2.0, F.JOB: 2.0, F.EMAIL: 1.0, F.MOBILE: 1.0, F.PHONE: 0.7,
        F.COMPANY: 0.5, F.DO_NOT_MAIL: 0.5, **dict.fromkeys(ADDRESS, 0.3), F.WEBSITE: 0.3, F.OWNER: 0.2, F.TAGS: 0.2, F.NOTES: 0.2,
        F.EXTERNAL_ID: 0.2,
    },
    Kind.PRODUCTS: {
        F.PRODUCT: 1.0, F.PRICE: 2.0, F.COST: 1.5, F.BARCODE: 2.0, F.CATEGORY: 1.5, F.REFERENCE: 1.0, F.CURRENCY: 0.3,
        F.NOTES: 0.2, F.EXTERNAL_ID: 0.2,
    },
    Kind.MEMBERS: {F.OWNER: 1.5, F.MANAGER: 2.0, F.TEAM: 1.5, F.EMAIL: 0.5, F.PHONE: 0.3},
}  # fmt: skip

# A bare “Name” is the name of whatever the rows are.
NAMED: dict[Kind, Field] = {
    Kind.OPPORTUNITIES: F.TITLE,
    Kind.COMPANIES: F.COMPANY,
    Kind.PEOPLE: F.PERSON,
    Kind.PRODUCTS: F.PRODUCT,
    Kind.MEMBERS: F.OWNER,
}
NAME = ("name", "full name", "display name", "nama", "nama penuh", "名称", "名字", "姓名")

HEADINGS: dict[Field, str] = {
    F.EXTERNAL_ID: "id, external id, opportunity id, deal id, record id, lead id, account id, contact id, customer id, "
    "key, uuid, no rujukan, nombor rujukan, 编号, 外部编号, 商机编号, 客户编号",
    F.TITLE: "title, opportunity, opportunity name, deal, deal name, lead, lead name, subject, topic, project, "
    "project name, tajuk, peluang, nama peluang, projek, 标题, 商机, 商机名称, 项目, 项目名称, 主题",
    F.COMPANY: "company, company name, account, account name, customer, customer name, client, client name, organisation, "
    "organization, organisation name, organization name, business, business name, related company, firm, syarikat, "
    "nama syarikat, pelanggan, nama pelanggan, organisasi, 公司, 公司名称, 客户, 客户名称, 企业, 企业名称, 单位",
    F.PERSON: "person, contact, contact name, contact person, primary contact, full name, attention, pic, "
    "orang hubungan, nama kenalan, kenalan, pegawai, 联系人, 联系人姓名, 姓名",
    F.FIRST_NAME: "first name, given name, forename, nama pertama, nama depan, 名",
    F.LAST_NAME: "last name, surname, family name, nama keluarga, nama bapa, 姓, 姓氏",
    F.JOB: "job, job title, job position, position, role, designation, title at company, jawatan, pekerjaan, 职位, 职务, 职称",
    F.EMAIL: "email, e mail, email address, e mail address, mail, contact email, emel, alamat emel, e mel, 邮箱, 电子邮件, "
    "电邮, 邮件, 电子邮箱",
    F.PHONE: "phone, phone number, telephone, tel, tel no, phone no, contact number, contact no, office phone, work phone, "
    "telefon, no telefon, nombor telefon, 电话, 电话号码, 联系电话, 座机",
    F.MOBILE: "mobile, mobile phone, mobile number, mobile no, cell, cell phone, handphone, hp, hp no, whatsapp, "
    "telefon bimbit, no hp, 手机, 手机号, 手机号码, 移动电话",
    F.PRODUCT: "product, product name, item, item name, service, sku name, produk, nama produk, barang, perkhidmatan, "
    "产品, 产品名称, 商品, 商品名称, 服务",
    F.AMOUNT: "amount, value, deal value, deal size, deal amount, close value, opportunity value, opportunity amount, "
    "expected revenue, total, sum, contract value, amount base, worth, jumlah, nilai, nilai urus niaga, amaun, "
    "金额, 商机金额, 合同金额, 总额, 预计金额, 价值",
    F.CURRENCY: "currency, currency code, mata wang, matawang, 货币, 币种",
    F.STAGE: "stage, deal stage, sales stage, pipeline stage, opportunity stage, status, deal status, state of deal, "
    "peringkat, peringkat jualan, tahap, 阶段, 商机阶段, 销售阶段, 状态",
    F.PROBABILITY: "probability, probability percent, chance, win probability, likelihood, close probability, confidence, "
    "kebarangkalian, peluang menang, 概率, 可能性, 赢率, 成交概率",
    F.OWNER: "owner, salesperson, sales person, sales agent, sales rep, salesman, rep, agent, assigned to, assignee, "
    "deal owner, opportunity owner, account owner, account manager, responsible, consultant, jurujual, wakil jualan, "
    "ejen, ejen jualan, pemilik, 销售, 销售员, 业务员, 负责人, 销售代表, 销售人员",
    F.ENGAGED: "engaged, engage date, engaged on, engagement date, created, created on, created at, created date, "
    "create date, creation date, date created, start date, opened, open date, date, inquiry date, enquiry date, "
    "tarikh, tarikh dicipta, tarikh mula, tarikh wujud, 日期, 创建日期, 创建时间, 开始日期, 录入日期",
    F.CLOSED: "closed, closed on, close date, closed date, closing date, date closed, won date, lost date, end date, "
    "won on, decided on, tarikh tutup, tarikh tamat, 关闭日期, 结束日期, 成交日期, 关闭时间, 结案日期",
    F.EXPECTED: "expected closing, expected close, expected close date, expected closing date, expected date, "
    "forecast close date, target date, estimated close date, due date, deadline, jangkaan tutup, tarikh jangkaan, "
    "jangkaan tarikh tutup, 预计成交, 预计成交日期, 预计结束日期, 预计关闭日期, 预计日期",
    F.LOST_REASON: "lost reason, reason lost, loss reason, reason for loss, closed lost reason, sebab kalah, sebab gagal, "
    "sebab hilang, 丢单原因, 失败原因, 输单原因, 流失原因",
    F.TAGS: "tags, tag, labels, label, keywords, tanda, teg, label, 标签",
    F.NOTES: "notes, note, internal notes, comment, comments, description, remarks, remark, details, sales description, "
    "nota, catatan, keterangan, ulasan, komen, 备注, 说明, 描述, 注释",
    F.PRIORITY: "priority, stars, rating, importance, hotness, keutamaan, 优先级, 重要性, 星级",
    F.IS_COMPANY: "is a company, is company, company or individual, adalah syarikat, 是否公司, 是公司",
    F.PARENT: "parent, parent company, parent account, subsidiary of, related company, belongs to, holding, group, "
    "head company, syarikat induk, anak syarikat kepada, 母公司, 上级公司, 集团, 总公司",
    F.SECTOR: "sector, industry, business type, line of business, vertical, sektor, industri, jenis perniagaan, 行业, 产业, 所属行业",
    F.WEBSITE: "website, web site, web, url, homepage, domain, web address, laman web, laman sesawang, 网站, 网址, 官网, 主页",
    F.EMPLOYEES: "employees, number of employees, employee count, headcount, staff, staff count, company size, size, "
    "pekerja, bilangan pekerja, jumlah pekerja, kakitangan, 员工, 员工数, 员工人数, 人数",
    F.REVENUE: "revenue, annual revenue, turnover, annual sales, yearly revenue, hasil, hasil tahunan, pendapatan, "
    "perolehan, 营收, 年营业额, 营业额, 年收入, 收入",
    F.FOUNDED: "year established, established, founded, year founded, founded in, since, tahun ditubuhkan, ditubuhkan, "
    "成立年份, 成立时间, 成立",
    F.STREET: "street, address, street address, address line 1, address 1, billing address, office address, alamat, jalan, "
    "alamat pejabat, 地址, 街道, 详细地址",
    F.CITY: "city, town, office location, location, headquarters, bandar, lokasi, 城市, 市",
    F.POSTCODE: "postcode, post code, zip, zip code, postal code, poskod, 邮编, 邮政编码",
    F.STATE: "state, province, county, region, negeri, wilayah, 省, 省份, 州, 州属",
    F.COUNTRY: "country, country code, nation, office location, location, headquarters, negara, 国家, 国家地区, 国别",
    F.REFERENCE: "internal reference, reference, sku, product code, item code, code, part number, kod, kod produk, rujukan, "
    "产品编码, 产品代码, 型号, 货号",
    F.CATEGORY: "category, series, product category, product line, family, product family, group, range, kategori, siri, "
    "类别, 系列, 产品类别, 分类",
    F.PRICE: "price, sales price, unit price, list price, retail price, selling price, msrp, rate, harga, harga jualan, "
    "harga seunit, 价格, 单价, 售价, 销售价",
    F.COST: "cost, unit cost, cost price, purchase price, kos, harga kos, 成本, 成本价, 进价",
    F.BARCODE: "barcode, ean, upc, gtin, bar code, kod bar, 条码, 条形码",
    F.DO_NOT_MAIL: "do not mail, do not email, do not e mail, no mailings, no mails, no marketing, unsubscribed, opted out, opt out, "
    "email opt out, has opted out of email, newsletter opt out, jangan hantar emel, tiada emel, berhenti melanggan, 退订, 已退订, 不接收邮件, 请勿发送邮件",
    F.MANAGER: "manager, sales manager, team leader, supervisor, reports to, boss, pengurus, pengurus jualan, penyelia, "
    "经理, 主管, 上级",
    F.TEAM: "team, sales team, regional office, region, office, branch, department, territory, pasukan, pejabat, cawangan, "
    "jabatan, 团队, 部门, 分公司, 区域",
}


@cache
def headings(kind: Kind) -> dict[str, tuple[Field, ...]]:
    """Folded heading → the fields of this kind it may mean."""
    found: dict[str, tuple[Field, ...]] = {}
    for field in FIELDS[kind]:
        for written in HEADINGS[field].split(","):
            folded = fold(written)
            if field not in found.get(folded, ()):
                found[folded] = (*found.get(folded, ()), field)
    for name in NAME:
        others = tuple(field for field in found.get(fold(name), ()) if field is not NAMED[kind])
        found[fold(name)] = (NAMED[kind], *others)
    return found
