using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Arrays of 64-bit integers of which single elements are missing.</summary>
public sealed class MissingElementTests : IDisposable
{
    private const string Exact = "[[1, 2, 3], [4, -99, 2**53], [-99, -99, -99], [7, 8, -2**53]]";
    private const string Inexact = "[[1, 2, 3], [4, -99, 6], [7, 8, 2**53 + 1]]";
    private const string WithoutMissing = "[[1, 2, 3], [-99, -99, -99], [7, 8, 2**63 - 1]]";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fits")]
    [InlineData("variable.fits")]
    [InlineData("tabledata")]
    [InlineData("binary")]
    [InlineData("binary2")]
    public async Task They_are_NaN_if_float64_represents_all_others(string form)
    {
        string path = Write(form, Exact);
        using ITableReader table = Tables.Open(path);
        Assert.Equal(DType.Float64, table.Columns[0].DType);
        string[] expected = Read(path);
        Assert.Equal("4 NaN 9007199254740992", expected[1]);
        Assert.Equal(expected, (await Cells.ReadAsync(table, ["n"]))[0].Select(c => c == Cells.Null ? "NaN NaN NaN"
            : c.Replace("9.007199254740992E+15", "9007199254740992", StringComparison.Ordinal)));
        Assert.Equal(Cells.Null, (await Cells.ReadAsync(table, ["n"], firstRow: 2, rowCount: 1))[0][0]);
    }

    [Theory]
    [InlineData("fits", "an array with 1 of 3 elements missing")]
    [InlineData("variable.fits", "an array with 1 of 3 elements missing")]
    [InlineData("tabledata", "'4 -99 6'")]
    [InlineData("binary", "3 elements")]
    public async Task They_are_an_error_if_float64_does_not(string form, string value)
    {
        using ITableReader table = Tables.Open(Write(form, Inexact));
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table, ["n"]));
        Assert.Equal((1L, "n"), (e.Row, e.Column));
        Assert.Contains(value, e.Message, StringComparison.Ordinal);
        Assert.Contains("whose elements are all missing or none, because float64, which has NaN for missing ones, does not represent the "
            + "value 9007199254740993 in row 2. ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fits")]
    [InlineData("variable.fits")]
    [InlineData("tabledata")]
    [InlineData("binary2")]
    public async Task Without_them_all_integers_are_exact(string form)
    {
        using ITableReader table = Tables.Open(Write(form, WithoutMissing));
        Assert.Equal(DType.Int64, table.Columns[0].DType);
        Assert.Equal(["1 2 3", Cells.Null, "7 8 9223372036854775807"], (await Cells.ReadAsync(table, ["n"]))[0]);
    }

    [Theory]
    [InlineData("long", "1 -99 2.5", "'1 -99 2.5'")]
    [InlineData("int", "1 -99 2.5", "'1 -99 2.5'")]
    public async Task Fractions_are_not_integers(string datatype, string cell, string value)
    {
        File.WriteAllText(folder["t.vot"], $"<VOTABLE version='1.4'><RESOURCE><TABLE><FIELD name='n' datatype='{datatype}' arraysize='3'>"
            + $"<VALUES null='-99'/></FIELD><DATA><TABLEDATA><TR><TD>1 0x1F -99</TD></TR><TR><TD>{cell}</TD></TR></TABLEDATA></DATA>"
            + "</TABLE></RESOURCE></VOTABLE>");
        using ITableReader table = Tables.Open(folder["t.vot"]);
        Assert.Equal("1 31 NaN", (await Cells.ReadAsync(table, rowCount: 1))[0][0]);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table));
        Assert.Equal((1L, "n"), (e.Row, e.Column));
        Assert.Contains(value, e.Message, StringComparison.Ordinal);
    }

    private string Write(string form, string rows)
    {
        string path = folder[form.EndsWith("fits", StringComparison.Ordinal) ? "t.fits" : "t.vot"];
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            from astropy.io.votable import from_table, writeto
            from astropy.table import Table
            path, form, rows = sys.argv[1], sys.argv[2], np.array(eval(sys.argv[3]), np.int64)
            if form == 'fits':
                column = fits.Column('n', '3K', null=-99, array=rows)
            elif form == 'variable.fits':
                objects = np.empty(len(rows), object)
                objects[:] = list(rows)
                column = fits.Column('n', 'PK()', null=-99, array=objects)
            else:
                votable = from_table(Table({'n': rows}))
                votable.get_first_table().fields[0].values.null = -99
                writeto(votable, path, tabledata_format=form)
                sys.exit()
            fits.BinTableHDU.from_columns([column]).writeto(path)
            """, path, form, rows);
        return path;
    }

    /// <summary>Reads the rows with astropy.</summary>
    private static string[] Read(string path) => Python.Run("""
        import sys, numpy as np
        from astropy.io import fits
        from astropy.io.votable import parse
        if sys.argv[1].endswith('fits'):
            hdu = fits.open(sys.argv[1])[1]
            rows = [np.ma.masked_equal(row, hdu.header['TNULL1']) for row in hdu.data['n']]
        else:
            rows = parse(sys.argv[1]).get_first_table().array['n']
        for row in rows:
            print(' '.join('NaN' if v is np.ma.masked else str(v) for v in row))
        """, path).Trim().Split('\n');
}
