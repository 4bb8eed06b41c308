using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class TextFormatTests
{
    // Missing numbers and texts, negative zero degrees, blanks in texts, texts that look like numbers.
    private const string Write = """
        import sys
        import numpy as np
        from astropy.table import Table, MaskedColumn
        import astropy.units as u
        path, form = sys.argv[1:3]
        t = Table({'id': ['007', '12', '0130'], 'name': ['Vega', 'Barnard star', '61 Cyg A'],
            'ra': [279.23473479, 269.45207, 316.7], 'dec': [38.78368896, 4.6933, -0.0042],
            'mag': MaskedColumn([0.03, 9.51, 5.21], mask=[False, True, False]),
            'n': MaskedColumn([1, -22, 333], mask=[False, False, True])})
        t['ra'].unit, t['dec'].unit, t['mag'].unit = u.deg, u.deg, u.mag
        t['ra'].description = 'right ascension'
        t.write(path, format=form, overwrite=True)
        """;

    [Theory]
    [InlineData("a.tsv", "ascii.tab")]
    [InlineData("a.txt", "ascii.tab")]
    [InlineData("a.tbl", "ascii.ipac")]
    [InlineData("a.txt", "ascii.ipac")]
    [InlineData("a.mrt", "ascii.mrt")]
    [InlineData("a.txt", "ascii.mrt")]
    public async Task A_table_that_astropy_writes_is_read_as_astropy_reads_it(string name, string format)
    {
        using TemporaryFolder folder = new();
        Python.Run(Write, folder[name], format);
        string arguments = $$"""{"format": "{{format}}"}""";
        await AstropyOracle.CompareAsync(folder[name], arguments, withTypes: false);
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal(DType.String, table.Columns[0].DType); // 007 keeps its zeros
    }

    [Theory]
    [InlineData("a.tbl", "ascii.ipac")]
    [InlineData("a.mrt", "ascii.mrt")]
    public async Task Columns_of_numbers_that_are_all_missing_stay_columns_of_numbers(string name, string format)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.table import Table, MaskedColumn
            t = Table({'id': [1, 2], 'mag': MaskedColumn([1.5, 2.5], mask=True), 'n': MaskedColumn([1, 2], mask=True),
                'name': MaskedColumn(['a', 'b'], mask=True)})
            t.write(sys.argv[1], format=sys.argv[2])
            """, folder[name], format);
        using ITableReader table = Tables.Open(folder[name]);
        RowBatch rows = await table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken).SingleAsync(
            TestContext.Current.CancellationToken);
        Assert.Equal([DType.Int64, DType.Float64, DType.Int64, DType.String], table.Columns.Select(c => c.DType));
        Assert.All(rows.Columns.Skip(1), column => Assert.Equal([true, true], column.IsNull.ToArray()));
    }

    [Theory] // FORTRAN writes double precision with the letter D; CDS has a format of that letter
    [InlineData("1.500D-03", "2.5d+02", 1.5e-3, 250.0)]
    [InlineData("-1.D0", "7D", -1.0, null)]
    public async Task Exponents_with_the_letter_d_are_numbers_in_fields_of_numbers(string x, string y, double expected,
        double? expectedOther)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.mrt"], $"""
            Title: x
            Authors: y
            Table: z
            ================================================================================
            Byte-by-byte Description of file: a.mrt
            --------------------------------------------------------------------------------
               Bytes Format Units  Label Explanations
            --------------------------------------------------------------------------------
               1- 10 D10.3  ---    X     val
              12- 21 E10.3  ---    Y     val
              23- 26 A4     ---    T     text
            --------------------------------------------------------------------------------
            {x,10} {y,10} 1D00

            """);
        if (expectedOther is null)
        {
            Assert.Contains("'7D' in line 13 is not a number", Assert.ThrowsAny<PileException>(() => Tables.Open(folder["a.mrt"])).Message,
                StringComparison.Ordinal);
            return;
        }
        using ITableReader table = Tables.Open(folder["a.mrt"]);
        RowBatch row = await table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken).SingleAsync(
            TestContext.Current.CancellationToken);
        Assert.Equal((expected, expectedOther, "1D00"), (row.Values<double>("X")[0], row.Values<double>("Y")[0],
            ((TextColumnData)row["T"]).Text(0)));
    }

    [Fact]
    public async Task A_table_with_blanks_between_fields_and_names_in_a_comment()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.dat"], "# made by hand\n# id ra   dec  class\n  1 10.5 -3.25  STAR\n 22  0.5    +4  QSO\n");
        await AstropyOracle.CompareAsync(folder["a.dat"], """{"format": "ascii.commented_header", "header_start": 1}""", withTypes: false);
        using ITableReader table = Tables.Open(folder["a.dat"]);
        Assert.Equal([DType.Int64, DType.Float64, DType.Float64, DType.String], table.Columns.Select(c => c.DType));
    }

    [Fact]
    public async Task A_table_with_blanks_between_fields_and_names_in_the_first_line()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.txt"], "id     ra     dec name\n1   10.5   -3.25 \"two words\"\n2    0.5       4 x\n");
        await AstropyOracle.CompareAsync(folder["a.txt"], """{"format": "ascii.basic"}""", withTypes: false);
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a.tbl")] // not IPAC's
    public async Task Comments_after_the_header_of_plain_text_are_not_rows(string name)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], "# id ra dec name\n1 10.5 -3.25 a\n# an # aside\n\n2 0.5 4 \"#b\"\n# units: deg deg\n#\n");
        await AstropyOracle.CompareAsync(folder[name], """{"format": "ascii.commented_header"}""", withTypes: false);
    }

    [Fact]
    public async Task A_line_of_CSV_that_begins_like_a_comment_is_a_row()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "name,ra\n#1,10\n#2,11\n");
        using ITableReader table = Tables.Open(folder["a.csv"]);
        Assert.Equal(["#1", "#2"], (await Cells.ReadAsync(table))[0]);
    }

    // After the standard of the CDS: parts of the position, values of missing numbers, limits, a continued explanation, a note.
    private const string Cds = """
        Title: Stars made by hand
        Authors: Nobody
        Table: Positions
        ================================================================================
        Byte-by-byte Description of file: table1.dat
        --------------------------------------------------------------------------------
           Bytes Format Units   Label   Explanations
        --------------------------------------------------------------------------------
           1-  3 A3     ---     Name    Name of the star
           5-  6 I2     h       RAh     Hour of right ascension
           8-  9 I2     min     RAm     Minute of right ascension
          11- 15 F5.2   s       RAs     Second of right ascension
              17 A1     ---     DE-     Sign of declination
          18- 19 I2     deg     DEd     Degree of declination
          21- 22 I2     arcmin  DEm     Arcminute of declination
          24- 27 F4.1   arcsec  DEs     Arcsecond of declination
          29- 34 F6.3   mag     Vmag    [-2/20]?=99.999 Magnitude in V,
                                          outside of eclipses (1)
          36- 38 I3     ---     N       ? Number of observations
        --------------------------------------------------------------------------------
        Note (1): by hand.
        --------------------------------------------------------------------------------

        """;

    private const string CdsRows = "a 1 00 42 44.30 -00 00 36.0  3.440  12\n007 23 59 59.99 +89 59 59.9 99.999    \nc   "
        + "06 45 08.92 -16 42 58.0 -1.460   1\n";

    [Fact]
    public async Task A_machine_readable_table_has_its_position_in_degrees()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.mrt"], Cds + CdsRows);
        await PositionsAgree(folder["a.mrt"], folder["a.mrt"], "");
    }

    [Theory]
    [InlineData("Hour of Right Ascension (B1950)", "_RAB1950", "fk4")]
    [InlineData("Right ascension 1950 (hours)", "_RAB1950", "fk4")]
    [InlineData("Hour of RA, equinox 1950.0", "_RAB1950", "fk4")]
    [InlineData("Right ascension (FK4, Equinox=B1900)", "_RA", "FK4(equinox='B1900')")]
    [InlineData("Hour of right ascension, J1975.0", "_RA", "FK5(equinox='J1975')")]
    [InlineData("Hour of Right Ascension (J2000)", "_RAJ2000", "icrs")]
    [InlineData("Right ascension (ICRS) at epoch 2015.5", "_RAJ2000", "icrs")]
    [InlineData("Hour of right ascension, equinox 2000, epoch 1950.5", "_RAJ2000", "icrs")]
    [InlineData("Hour of right ascension at epoch 1950", "_RAJ2000", "icrs")]
    [InlineData("Right ascension (ICRS, Epoch=J1991.25)", "_RAJ2000", "icrs")]
    [InlineData("Right ascension at Ep=J1991.25", "_RAJ2000", "icrs")]
    [InlineData("Hour of right ascension, 1950.25", "_RAJ2000", "icrs")]
    public async Task A_machine_readable_table_has_the_equinox_of_its_explanation(string explanation, string name, string astropy)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.mrt"], Cds.Replace("Hour of right ascension", explanation, StringComparison.Ordinal) + CdsRows);
        using ITableReader table = Tables.Open(folder["a.mrt"]);
        PositionColumns columns = PositionColumns.Find(table.Columns);
        Assert.Equal(name, columns.Ra.Name);
        PositionReader reader = new(table, columns);
        List<double> ra = [], dec = [];
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch some = reader.Read(batch);
            (ra, dec) = ([.. ra, .. some.RaDeg.Span], [.. dec, .. some.DecDeg.Span]);
        }
        double[] icrs = [.. Python.Run($"""
            from astropy.coordinates import SkyCoord, FK4, FK5
            for text in ('00 42 44.30 -00 00 36.0', '23 59 59.99 +89 59 59.9', '06 45 08.92 -16 42 58.0'):
                c = SkyCoord(text, unit=('hourangle', 'deg'), frame={(astropy[0] == 'F' ? astropy : $"'{astropy}'")}).icrs
                print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
            """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        for (int row = 0; row < 3; row++)
            Assert.InRange(Sky.Separation.Arcsec(ra[row], dec[row], icrs[2 * row], icrs[(2 * row) + 1]), 0, 1e-4);
    }

    [Fact]
    public void Degrees_have_the_equinox_of_their_explanation_too()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.mrt"], "Byte-by-byte Description of file: x\n----------\n Bytes\n----------\n"
            + " 1-6 F6.3 deg RAdeg Right ascension (B1950)\n 8-13 F6.3 deg DEdeg Declination (B1950)\n"
            + " 15-20 F6.3 deg ELON Longitude (B1950)\n----------\n10.000 41.000 20.000\n");
        using ITableReader table = Tables.Open(folder["a.mrt"]);
        Assert.Equal(("FK4", null), (table.FrameOf("RAdeg"), table.FrameOf("ELON")));
        Assert.Equal(Sky.SkyFrame.Fk4, new PositionReader(table, PositionColumns.Find(table.Columns)).Frame);
    }

    [Fact]
    public async Task A_table_of_the_CDS_is_described_by_the_ReadMe_beside_it()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["ReadMe"], Cds);
        File.WriteAllText(folder["table1.dat"], CdsRows);
        await PositionsAgree(folder["table1.dat"], folder["table1.dat"], folder["ReadMe"]);
    }

    [Fact]
    public async Task Several_dashes_are_missing_where_a_ReadMe_declares_one()
    {
        string path = TestPaths.Data("catalog/text/vizier/table1.dat"), readMe = TestPaths.Data("catalog/text/vizier/ReadMe");
        string expected = Python.Run("""
            import sys
            from astropy.table import Table
            t = Table.read(sys.argv[1], readme=sys.argv[2], format='ascii.cds')
            for r in t:
                print(*('∅' if str(r[n]) == '--' else r[n] for n in ('Star', 'Icmag', 'Rmag', 'SName')), sep='|')
            """, path, readMe);
        using ITableReader table = Tables.Open(path);
        List<string[]> cells = await Cells.ReadAsync(table, ["Star", "Icmag", "Rmag", "SName"]);
        Assert.Equal(expected.Trim(), string.Join('\n', cells[0].Select((_, row) => string.Join('|', cells.Select(c => c[row])))));
        Assert.Equal(DType.Float64, table.Columns.Single(c => c.Name == "Rmag").DType);
    }

    private static async Task PositionsAgree(string path, string file, string readMe)
    {
        string expected = Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import ascii
            from astropy.coordinates import Angle
            t = ascii.read(sys.argv[1], format='cds', readme=sys.argv[2]) if sys.argv[2] else ascii.read(sys.argv[1], format='mrt')
            for r in t:
                sign = -1 if r['DE-'] == '-' else 1
                ra = (r['RAh'] + r['RAm'] / 60 + r['RAs'] / 3600) * 15
                dec = sign * (r['DEd'] + r['DEm'] / 60 + r['DEs'] / 3600)
                print(r['Name'], f'{ra:.11f}', f'{dec:.11f}', *('∅' if str(r[n]) == '--' else r[n] for n in ('Vmag', 'N')), sep='|')
            """, file, readMe);
        using ITableReader table = Tables.Open(path);
        List<string[]> cells = await Cells.ReadAsync(table, ["Name", "_RAJ2000", "_DEJ2000", "Vmag", "N"]);
        List<string> found = [];
        for (int row = 0; row < cells[0].Length; row++)
            found.Add($"{cells[0][row]}|{Fixed(cells[1][row])}|{Fixed(cells[2][row])}|{cells[3][row]}|{cells[4][row]}");
        Assert.Equal(expected.Trim(), string.Join('\n', found));
        ColumnSchema mag = table.Columns.Single(c => c.Name == "Vmag");
        Assert.Equal(("mag", "Magnitude in V, outside of eclipses (1)"), (mag.Unit, mag.Description));
        Assert.Equal(("_RAJ2000", "_DEJ2000"), PositionsOf(table));
    }

    [Fact]
    public async Task Units_and_ruled_lines_below_the_names_are_not_rows()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["vizier.tsv"], "#\n#RESOURCE=yCat_1239\n#Column\tHIP\t(I6)\tIdentifier\n\n"
            + "HIP\tRAICRS\tDEICRS\tVmag\tlogg\n \t\"h:m:s\"\t\"d:m:s\"\tmag\t[cm/s2]\n------\t-----------\t-----------\t-----\t----\n"
            + "     1\t00 00 00.22\t+01 05 20.4\t 9.10\t4.5\n     2\t00 00 00.91\t-19 29 55.8\t     \t4.1\n\n#END#\n");
        using ITableReader vizier = Tables.Open(folder["vizier.tsv"]);
        Assert.Equal([null, "h:m:s", "d:m:s", "mag", "log(cm/s2)"], vizier.Columns.Select(c => c.Unit));
        Assert.Equal([DType.Int64, DType.String, DType.String, DType.Float64, DType.Float64], vizier.Columns.Select(c => c.DType));
        List<string[]> cells = await Cells.ReadAsync(vizier);
        Assert.Equal(["1", "2"], cells[0]);
        Assert.Equal(["9.1", Cells.Null], cells[3]);

        string lines = Python.Run("""
            import sys
            from astropy.table import Table
            t = Table({'a': [1, 2], 'name': ['Vega', 'Rigel'], 'ra': [279.2, 78.6]})
            t.write(sys.argv[1], format='ascii.fixed_width_two_line')
            print(Table.read(sys.argv[1], format='ascii.fixed_width_two_line')['ra'].tolist())
            """, folder["two.txt"]);
        using ITableReader two = Tables.Open(folder["two.txt"]);
        Assert.Equal(["a", "name", "ra"], two.Columns.Select(c => c.Name));
        Assert.Equal(lines.Trim(), $"[{string.Join(", ", (await Cells.ReadAsync(two))[2])}]");
    }

    [Fact]
    public void Columns_that_VizieR_describes_in_comments_have_their_UCDs()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["v.tsv"], "#RESOURCE=yCat_1239\n#Table\tI_239_hip_main:\n#Column\tHIP\t(I6)\tIdentifier\t"
            + "[ucd=meta.id;meta.main]\n#Column\tRAICRS\t(F12.8)\t? alpha, degrees (ICRS)\t[ucd=pos.eq.ra;meta.main]\n#Column\tDEICRS\t"
            + "(F12.8)\t? delta\t[ucd=pos.eq.dec;meta.main]\n\nHIP\tRAICRS\tDEICRS\n \tdeg\tdeg\n------\t------------\t------------\n"
            + "     1\t000.00091185\t+01.08901332\n\n#END#\n");
        using ITableReader table = Tables.Open(folder["v.tsv"]);
        Assert.Equal(("RAICRS", "DEICRS"), PositionsOf(table));
        Assert.Equal(["meta.id;meta.main", "pos.eq.ra;meta.main", "pos.eq.dec;meta.main"], table.Columns.Select(c => c.Ucd));
        Assert.Equal("Identifier", table.Columns[0].Description);
    }

    [Theory]
    [InlineData("a.mrt", "mrt")]
    [InlineData("a.tbl", "ipac")]
    public async Task Fixed_columns_of_text_that_is_not_ASCII_are_those_that_astropy_reads(string name, string format)
    {
        using TemporaryFolder folder = new();
        string[] expected = Python.Run("""
            import sys
            from astropy.table import Table
            t = Table({'id': [1, 2], 'name': ['Göttingen', 'Ångström π'], 'n': [5, 6], 'ra': [10.5, 20.25], 'dec': [1.5, 2.5]})
            t.write(sys.argv[1], format='ascii.' + sys.argv[2])
            t = Table.read(sys.argv[1], format='ascii.' + sys.argv[2])
            for column in t.colnames:
                print('|'.join(str(value) for value in t[column]))
            """, folder[name], format).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal(expected, (await Cells.ReadAsync(table)).Select(column => string.Join('|', column)));
    }

    private static string Fixed(string degrees) =>
        double.Parse(degrees, CultureInfo.InvariantCulture).ToString("F11", CultureInfo.InvariantCulture);

    private static (string, string) PositionsOf(ITableReader table)
    {
        PositionColumns columns = PositionColumns.Find(table.Columns, new PositionOptions());
        return (columns.Ra.Name, columns.Dec.Name);
    }

    [Theory]
    [InlineData("a.tbl", "\\x = 1\n|  a |  b |\n|  int | real |\n  1   2\n", "are not below each other")]
    [InlineData("a.mrt", "Title: x\n1 2 3\n", "it has no 'Byte-by-byte Description of file'")]
    [InlineData("a.mrt", "Byte-by-byte Description of file: x\nBytes\n1 2\n", "is not between lines of dashes")]
    [InlineData("a.mrt", "Byte-by-byte Description of file: x\n----------\n Bytes\n----------\n what\n----------\n1\n",
        "in line 5 is not understood: 'what'")]
    [InlineData("a.mrt", "Byte-by-byte Description of file: x\n----------\n Bytes\n----------\n 5-3 I4 --- ID x\n----------\n1\n",
        "the bytes of the column in line 5 are not in order: '5-3 I4 --- ID x'")]
    [InlineData("a.mrt", "Byte-by-byte Description of file: x\n----------\n Bytes\n----------\n 0-3 I4 --- ID x\n----------\n1\n",
        "the bytes of the column in line 5 are not in order")]
    [InlineData("a.tbl", "| a | b |\n|int|int|\n  1   2\n 1234  3\n", "line 4: a value is below the bar before column 'b' (character 5)")]
    [InlineData("a.mrt", "Byte-by-byte Description of file: x\n----------\n Bytes\n----------\n 1-4 A4 --- ID x\n 6-8 F3.1 deg RA x\n"
        + "----------\nab   1.5\nüb  21.5\n", "line 9: a value is before column 'RA' (character 5), outside the columns")]
    [InlineData("a.txt", "| a | b   |\n| 1 | 2.5 |\n| 2 | 3.5 |\n", "it has a row between bars: '| 1 | 2.5 |'")]
    [InlineData("a.txt", "|a | b   |\n|1 | 2.5|\n|2 | 3.5 |\n",
        "null texts are between bars. Rename it to .csv, in which | may be the delimiter")]
    [InlineData("a.txt", "| a | b |\n| x | y |\n| x | y |\n| x | y |\n| x | z |\n", "it has a row between bars: '| x | z |'")]
    [InlineData("a.txt", "==== ====\n   a    b\n==== ====\n   1    2\n", "line 1 is a ruled line, not the names of the columns")]
    [InlineData("a.tsv", "a\tb\n1\t2\n3\n", "row 1, column 'b': line 3 with 1 field is not a row of 2 fields. Complete the line")]
    [InlineData("a.csv", "a,b\n1,2\n# a comment\n3,4\n",
        "row 1, column 'b': line 3 with 1 field is not a row of 2 fields. Remove the line if it is a comment: comments are possible only")]
    [InlineData("a.csv", "a,b\n1,2\n\"# text\"\n3,4\n", "line 3 with 1 field is not a row of 2 fields. Complete the line")]
    [InlineData("a.txt", "", "the file is empty")]
    [InlineData("a.mrt", "Byte-by-byte Description of file: x\n----------\n Bytes\n----------\n 1-6 F6.3 deg RA x\n 4-12 F9.3 deg DE x\n"
        + "----------\n10.000  20.000\n", "row 0, column 'DE': '000  20.0' in line 8 is not a number, as the header declares")]
    [InlineData("a.tbl", "|  a | b |\n|real|int|\n  1.5   2\n  2.5 x\n", "row 1, column 'b': 'x' in line 4 is not a number")]
    [InlineData("a.tsv", "#Table\tone:\na\tb\n---\t---\n1\t2\n\n#Table\ttwo:\na\tb\n---\t---\n1\t2\n",
        "a second table, 'two', begins in line 6. Save each table")]
    [InlineData("a.tsv", "#RESOURCE=yCat_1\n#Column\ta\t(I1)\n#Column\tb\t(I1)\na\tb\n\t\n---\t---\n1\t2\n\n\n#RESOURCE=yCat_2\n"
        + "#Column\ta\t(I1)\n#Column\tb\t(I1)\na\tb\n\t\n---\t---\n1\t2\n#END#\n",
        "a second table, 'yCat_2', begins in line 10. Save each table, with its header, in a file of its own")]
    [InlineData("a.tsv", "#Column\ta\t(I1)\na\tb\n---\t---\n1\t2\n#Column\ta\t(I1)\na\tb\n---\t---\n1\t2\n",
        "a second table begins in line 5. Save each table")]
    public void A_damaged_table_is_an_error(string name, string content, string message)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], content);
        PileException e = Assert.ThrowsAny<PileException>(() => Tables.Open(folder[name]).Dispose());
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }

    [Theory] // not IPAC's; the advice of its error is to name it .csv
    [InlineData("|id |  ra     | name |\n|1  |  0.32   |  Q1 |\n|22  |  0.5  |  Source 82  |\n")]
    [InlineData("|id |ra  |name     |\n|1  |0.32|Q1       |\n|22 |0.5 |Source 82|\n")]
    public async Task Rows_between_bars_are_read_as_CSV(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], content);
        string expected = Python.Run("""
            import sys
            from astropy.table import Table
            t = Table.read(sys.argv[1], format='ascii.csv', delimiter='|')
            print('\n'.join('|'.join(str(value) for value in t[column]) for column in ('id', 'ra', 'name')))
            """, folder["a.csv"]);
        using ITableReader table = Tables.Open(folder["a.csv"]);
        Assert.Equal(expected.Trim(), string.Join('\n', (await Cells.ReadAsync(table, ["id", "ra", "name"]))
            .Select(column => string.Join('|', column))));
    }

    [Fact]
    public async Task Short_lines_long_last_columns_and_Windows_line_ends_of_fixed_columns()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.tbl"], "|  a|   b|name|\r\n|int|real|char|\r\n|   |  Jy|    |\r\n|-99|null|    |\r\n"
            + "   1  2.5 long name\r\n -99 null\r\n", Encoding.ASCII);
        using ITableReader table = Tables.Open(folder["a.tbl"]);
        Assert.Equal("Jy", table.Columns[1].Unit);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["1", Cells.Null], cells[0]);
        Assert.Equal(["2.5", Cells.Null], cells[1]);
        Assert.Equal(["long name", Cells.Null], cells[2]);
    }
}
