"""A platform's CSV file comes back byte for byte, but for the cells that are filled."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.exports.sheets import DELIMITERS, read_sheet

CELLS = st.text(st.sampled_from("ab 1,;\t\"'\n\r=ü–\u2028\\"), max_size=6)
TABLES = st.integers(3, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)


def written(cell, delimiter, quoted):
    """Return a cell as a platform writes it: quoted where it must be, or where it is anyway."""
    if quoted or any(c in cell for c in f'{delimiter}"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@settings(deadline=None)
@given(
    table=TABLES,
    delimiter=st.sampled_from(DELIMITERS),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quoted=st.booleans(),
    mark=st.sampled_from(["", "\ufeff"]),
    data=st.data(),
)
def test_all_other_bytes_stay_whatever_the_form(
    tmp_path_factory, table, delimiter, end, quoted, mark, data
):
    table = [[f"Column {place}" for place in range(len(table[0]))], *table]
    raw = [[written(cell, delimiter, quoted) for cell in row] for row in table]

    def whole():
        return (mark + end.join(map(delimiter.join, raw))).encode()

    path = tmp_path_factory.getbasetemp() / "sheet.csv"
    path.write_bytes(whole())
    sheet = read_sheet(path)
    assert (sheet.rows, sheet.delimiter) == (table, delimiter)
    assert sheet.filled({}) == whole()
    row, column = data.draw(st.integers(1, len(table) - 1)), data.draw(st.integers(0, 2))
    text = data.draw(CELLS)
    filled = sheet.filled({(row, column): text})
    raw[row][column] = written(text, delimiter, raw[row][column].startswith('"'))
    assert filled == whole()


def test_quotation_marks_stay_where_nobody_needs_them(tmp_path):
    path = tmp_path / "php.csv"
    path.write_bytes(b'"Full name",Grade,"Id"\r\n"Jane Doe",,"007"\r\n\r\n5" disk,1,"2"')
    sheet = read_sheet(path)
    filled = sheet.filled({(1, 1): "8.5", (3, 1): "9"})
    assert filled == b'"Full name",Grade,"Id"\r\n"Jane Doe",8.5,"007"\r\n\r\n5" disk,9,"2"'
    assert sheet.filled_rows() == [1, 3]


def test_a_title_full_of_other_delimiters_does_not_mislead(tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text('Student,ID,"a; b; c; d; e (1)"\n"Doe; Jane; Q",1,\n', "utf-8")
    assert read_sheet(path).delimiter == ","


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no columns with commas, semicolons or tabs"),
        (b"just one column\nand a row\n", "no columns with commas, semicolons or tabs"),
        (b'a,b,c\n1,"open\n2,3,4\n', "line 2: unexpected end of data"),
        (b'a,b,c\n1,"x"y,3\n', "line 2: ',' expected after '\"'"),
        ("a,b,c\nü,2,3\n".encode("latin-1"), "not in UTF-8"),
        ("a,b,c\n1,2,3\n".encode("utf-16"), "not in UTF-8"),
    ],
)
def test_what_is_no_csv_file_is_refused(tmp_path, data, told):
    path = tmp_path / "broken.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"broken\.csv") as caught:
        read_sheet(path)
    assert told in str(caught.value)
