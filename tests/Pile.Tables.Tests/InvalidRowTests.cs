using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Rows of FITS tables and VOTables with arrays whose missing elements have no representation, or with fields that are not
/// numbers, are left out, if bad rows are.</summary>
public sealed class InvalidRowTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("3L")]
    [InlineData("PL()")]
    [InlineData("tabledata")]
    [InlineData("binary")]
    [InlineData("binary2")]
    public async Task Arrays_of_booleans_with_missing_elements(string form)
    {
        string path = WriteBooleans(form);
        using (ITableReader strict = Tables.Open(path))
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(strict, ["flags"]));
            Assert.Equal((1L, "flags"), (e.Row, e.Column));
            Assert.Contains("whose elements are all missing or none", e.Message, StringComparison.Ordinal);
        }
        List<(long, string?)> skipped = [];
        using ITableReader table = Tables.Open(path, new TableReadOptions { OnBadRow = bad => skipped.Add((bad.Row, bad.Column)) });
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal([(1L, "flags")], skipped);
        Assert.Equal(["0", "2", "3"], cells[0]);
        Assert.Equal(["true false true", Cells.Null, "false false true"], cells[1]);
        Assert.Equal(["true", Cells.Null, "false"], cells[2]);
        Assert.Equal(["2"], (await Cells.ReadAsync(table, ["id", "flags"], firstRow: 1, rowCount: 1))[0]);
    }

    [Fact]
    public async Task Fields_of_FITS_ASCII_tables_that_are_not_numbers()
    {
        string path = folder["t.fits"];
        Python.Run("""
            import sys
            from astropy.io import fits
            C = fits.Column
            fits.TableHDU.from_columns([C('id', 'I6', ascii=True, array=range(6)), C('mag', 'F8.3', ascii=True, null='---',
                array=[1.5, 2.5, 3.5, 4.5, 5.5, 6.5])]).writeto(sys.argv[1])
            data = open(sys.argv[1], 'rb').read()
            for old, new in ((b'2.500', b'2.5x0'), (b'4.500', b'  ---'), (b'     5   6.500', b'    5.   6.5 y')):
                assert data.count(old) == 1
                data = data.replace(old, new)
            open(sys.argv[1], 'wb').write(data)
            """, path);
        using (ITableReader strict = Tables.Open(path))
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(strict));
            Assert.Equal((1L, "mag"), (e.Row, e.Column));
            Assert.Contains("2.5x0' is not a number", e.Message, StringComparison.Ordinal);
        }
        List<(long, string?)> skipped = [];
        using ITableReader table = Tables.Open(path, new TableReadOptions { OnBadRow = bad => skipped.Add((bad.Row, bad.Column)) });
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal([(1L, "mag"), (5L, "mag")], skipped);
        Assert.Equal(["0", "2", "3", "4"], cells[0]);
        Assert.Equal(["1.5", "3.5", Cells.Null, "5.5"], cells[1]);
    }

    private string WriteBooleans(string form)
    {
        bool isFits = form.EndsWith('L') || form.EndsWith(')');
        string path = folder[isFits ? "t.fits" : "t.vot"];
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            path, form = sys.argv[1:]
            rows = [b'TFT', b'T\0F', b'\0\0\0', b'FFT']
            if form.endswith('L') or form.endswith(')'):
                values = [np.frombuffer(row, 'S1') == b'T' for row in rows]
                flags = np.array(values)
                if form != '3L':
                    flags = np.empty(4, object)
                    flags[:] = values
                fits.BinTableHDU.from_columns([fits.Column('id', 'K', array=np.arange(4)), fits.Column('flags', form, array=flags),
                    fits.Column('flag', 'L', array=np.array([True, True, True, False]))]).writeto(path)
                # astropy writes no missing booleans
                file = open(path, 'rb').read()
                hdu = fits.open(path)[1]
                start, width = hdu.fileinfo()['datLoc'], hdu.header['NAXIS1']
                data = bytearray(file)
                if form == '3L':
                    for i, row in enumerate(rows):
                        data[start + i * width + 8:start + i * width + 11] = row
                else:
                    heap = start + 4 * width
                    data[heap:heap + 12] = b''.join(rows)
                data[start + 2 * width + width - 1] = 0
                open(path, 'wb').write(data)
                sys.exit()
            if form == 'tabledata':
                words = [' '.join({'T': 'T', 'F': 'F', '\0': '?'}[c] for c in row.decode()) for row in rows]
                cells = ''.join(f'<TR><TD>{i}</TD><TD>{w}</TD><TD>{f}</TD></TR>'
                    for i, (w, f) in enumerate(zip(words, ['T', 'T', '', 'F'])))
                data = f'<TABLEDATA>{cells}</TABLEDATA>'
            else:
                import base64
                stream = b''
                for i, row in enumerate(rows):
                    flags = row.replace(b'\0', [b'?', b'\0'][i == 1])
                    flag = b'TT?F'[i:i + 1]
                    stream += (b'\0' if form == 'binary2' else b'') + i.to_bytes(8, 'big') + flags + flag
                name = form.upper()
                data = f'<{name}><STREAM encoding="base64">{base64.b64encode(stream).decode()}</STREAM></{name}>'
            open(path, 'w').write("<VOTABLE version='1.4'><RESOURCE><TABLE><FIELD name='id' datatype='long'/>"
                "<FIELD name='flags' datatype='boolean' arraysize='3'/><FIELD name='flag' datatype='boolean'/>"
                f"<DATA>{data}</DATA></TABLE></RESOURCE></VOTABLE>")
            """, path, form);
        return path;
    }
}
