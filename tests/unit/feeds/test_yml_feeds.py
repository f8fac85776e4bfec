"""Yandex YML: every element of an offer, the category tree, both encodings."""

from pathlib import Path

import pytest

from indexer.feeds import open_feed
from models.errors import BadFeed
from pipelines.catalog_types import Money, Product
from tests.fakes.feed_files import read, written

YML = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="2026-11-01 12:00"><shop><name>Магазин</name><url>https://shop.example</url>
<currencies><currency id="RUR" rate="1"/></currencies>
<categories>
  <category id="1">Дом</category>
  <category id="11" parentId="1">Посуда &gt; кухня</category>
  <category id="111" parentId="11">Кружки</category>
  <category id="7" parentId="8">А</category><category id="8" parentId="7">Б</category>
</categories>
<offers>
<offer id="m1" type="vendor.model" available="true" group_id="G1">
  <url>https://shop.example/m1</url><price>1499</price><oldprice>1 999,50</oldprice>
  <currencyId>RUR</currencyId><categoryId>111</categoryId>
  <picture>https://cdn.example/1.jpg</picture><picture>https://cdn.example/2.jpg</picture>
  <typePrefix>Кружка</typePrefix><vendor>Acme</vendor><model>TGK-16</model>
  <vendorCode>RE16-TGK</vendorCode><barcode>4006381333931</barcode><barcode>12345</barcode>
  <description><![CDATA[<h3>Крепкая</h3><p>для чая&nbsp;&amp; кофе</p>]]></description>
  <param name="Цвет">красный</param><param name="Объём" unit="мл">300</param>
  <param name="Размер">M</param>
</offer>
<offer id="m2" available="false"><name>Кольцо</name><vendor>Acme</vendor>
  <price>5,90</price><oldprice>5</oldprice><currencyId>USD</currencyId><categoryId>7</categoryId>
  <picture>a.jpg</picture><barcode>4006381333932</barcode>
</offer>
<offer id="m3"><name>Ваза</name><categoryId>404</categoryId>{pictures}</offer>
<offer><name>без номера</name><picture>a.jpg</picture></offer>
<offer id="m5"><name>без фото</name></offer>
<offer id="m1"><name>дважды</name><picture>a.jpg</picture></offer>
</offers></shop></yml_catalog>
"""
PICTURES = "".join(f"<picture>p{n}.jpg</picture>" for n in range(10))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "Windows-1251"])
def test_every_field_in_both_encodings(tmp_path: Path, encoding: str) -> None:
    text = YML.format(encoding=encoding, pictures=PICTURES)
    path = written(tmp_path, text.encode(encoding))
    opened = open_feed(path)
    assert (opened.kind, opened.rows()) == ("Yandex YML", 6)
    (first, ring, vase), bad = read(path)
    assert first == Product(
        id="m1",
        title="Кружка Acme TGK-16",
        description="Крепкая для чая & кофе",
        images=("https://cdn.example/1.jpg", "https://cdn.example/2.jpg"),
        category=("Дом", "Посуда › кухня", "Кружки"),
        brand="Acme",
        link="https://shop.example/m1",
        price=Money(1999.5, "RUB"),
        sale_price=Money(1499.0, "RUB"),
        in_stock=True,
        group_id="G1",
        codes=("RE16-TGK", "4006381333931", "12345"),
        attributes=(("color", "красный"), ("Объём", "300 мл"), ("size", "M")),
    )
    assert (ring.price, ring.sale_price) == (Money(5.9, "USD"), None)
    assert ring.in_stock is False
    # Two categories that are each other's parent end somewhere.
    assert ring.category == ("Б", "А")
    assert ring.codes == ()
    assert len(vase.images) == 10
    assert (vase.category, vase.in_stock, vase.price) == ((), None, None)
    assert [(row.place.partition(" (")[0], row.reason) for row in bad] == [
        ("offer 2", "bad GTIN"),
        ("offer 4", "no id"),
        ("offer 5", "no picture"),
        ("offer 6", "duplicate id"),
    ]


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="utf-7"?><yml_catalog/>'
    with pytest.raises(BadFeed, match="encoding"):
        read(written(tmp_path, text))
