using Pile.Fits;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class FitsTests
{
    [Theory]
    [InlineData("catalog/result.fits")]
    [InlineData("catalog/small_sky.fits")]
    [InlineData("catalog/gaia_results.fits")]
    public Task Reads_the_same_as_astropy(string file) =>
        AstropyOracle.CompareAsync(TestPaths.Data(file),
            """{"format": "fits", "hdu": 1, "character_as_bytes": false, "unit_parse_strict": "silent"}""");

    [Fact] // astropy converts signed bytes (TZERO = -128) to floats; the values are the same
    public Task Reads_signed_bytes() =>
        AstropyOracle.CompareAsync(TestPaths.Data("catalog/sweep-330m005-340p000.fits"),
            """{"format": "fits", "hdu": 1, "unit_parse_strict": "silent"}""", withTypes: false);

    [Theory]
    [InlineData("#2", 2)]
    [InlineData("#REDSHIFTS", 1)]
    public Task Selects_an_hdu_by_number_or_name(string part, int hdu) => AstropyOracle.CompareAsync(
        TestPaths.Data("spectra/redrock-test.fits") + part, $$"""{"format": "fits", "hdu": {{hdu}} }""",
        readPath: TestPaths.Data("spectra/redrock-test.fits"));

    [Theory] // also the names that fpack gives to files, even if they are not compressed, and those of X-ray events
    [InlineData("t.fits.fz")]
    [InlineData("T.FIT.FZ")]
    [InlineData("t.evt")]
    [InlineData("t.fts")]
    public async Task Reads_tables_of_files_with_other_extensions(string name)
    {
        using TemporaryFolder folder = new();
        File.Copy(TestPaths.Data("catalog/small_sky.fits"), folder[name]);
        await AstropyOracle.CompareAsync(folder[name], """{"format": "fits", "hdu": 1, "character_as_bytes": false}""");
    }

    [Fact]
    public void A_tile_compressed_table_and_a_packed_output_are_errors()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            t = fits.BinTableHDU.from_columns([fits.Column('a', '1QB', array=[np.arange(3, dtype='u1')])])
            t.header['ZTABLE'] = True
            t.writeto(sys.argv[1])
            """, folder["t.fits.fz"]);
        Assert.Contains("the table is tile-compressed, which is not supported. Decompress it with 'funpack' first.",
            Assert.ThrowsAny<Exception>(() => Tables.Open(folder["t.fits.fz"])).Message, StringComparison.Ordinal);
        Assert.Contains("does not have the extension of a table that can be written",
            Assert.Throws<ArgumentException>(() => TableWriter.RequireTablePath("t.fits.fz")).Message, StringComparison.Ordinal);
        Assert.False(TableWriter.IsTablePath("t.fits.fz"));
    }

    [Fact]
    public async Task Complex_numbers_are_the_pairs_that_astropy_reads()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            z = np.arange(24) * (1.25 - 0.5j); z[3] = complex(-1e-30, 1e30)
            fits.BinTableHDU.from_columns([
                fits.Column('n', 'J', array=np.arange(4)),
                fits.Column('one', 'C', array=z[4:8].astype('c8'), unit='Jy'),
                fits.Column('three', '3M', array=z[:12].reshape(4, 3)),
                fits.Column('grid', '6C', dim='(2,3)', array=z[:24].astype('c8').reshape(4, 3, 2)),
                fits.Column('last', 'D', array=[1.5, 2, 3, 4])]).writeto(sys.argv[1])
            """, folder["c.fits"]);
        await AstropyOracle.CompareAsync(folder["c.fits"], """{"format": "fits", "hdu": 1}""");
        using ITableReader table = Tables.Open(folder["c.fits"]);
        Assert.Equal(["", "2", "3,2", "3,2,2", ""], table.Columns.Select(c => string.Join(',', c.Shape)));
    }

    [Fact]
    public async Task Complex_numbers_of_variable_length_are_an_error_that_names_the_column()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            fits.BinTableHDU.from_columns([fits.Column('n', 'J', array=[1]),
                fits.Column('v', 'PC()', array=np.array([np.array([1 + 2j], 'c8')], dtype=object))]).writeto(sys.argv[1])
            """, folder["c.fits"]);
        using ITableReader table = Tables.Open(folder["c.fits"]);
        FitsException e = await Assert.ThrowsAsync<FitsException>(() => Cells.ReadAsync(table));
        Assert.Contains("column v PC(1) is complex", e.Message, StringComparison.Ordinal);
        Assert.Equal([["1"]], await Cells.ReadAsync(table, ["n"]));
    }

    [Fact]
    public async Task Reads_vectors_ragged_arrays_nulls_and_unsigned_integers()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            ragged = np.array([np.array([1.5, 2.5]), np.array([]), np.array([3.5])], dtype=object)
            fits.BinTableHDU.from_columns([
                fits.Column('v', '3J', array=[[1, -99, 3], [-99, -99, -99], [7, 8, 9]], null=-99),
                fits.Column('i', 'I', array=[5, -1, 7], null=-1),
                fits.Column('u', 'K', bzero=2**63, array=np.array([0, 1, 2**64 - 1], np.uint64)),
                fits.Column('r', 'PD()', array=ragged),
                fits.Column('l', 'L', array=[True, False, True]),
                fits.Column('m', '4E', dim='(2,2)', array=np.arange(12.0).reshape(3, 2, 2), unit='nanomaggy'),
            ]).writeto(sys.argv[1])
            """, folder["t.fits"]);
        using ITableReader table = Tables.Open(folder["t.fits"]);
        Assert.Equal([DType.Float64, DType.Int16, DType.UInt64, DType.Float64, DType.Bool, DType.Float32],
            table.Columns.Select(c => c.DType));
        Assert.Equal([ColumnSchema.Ragged], table.Columns[3].Shape);
        Assert.Equal([2, 2], table.Columns[5].Shape);
        Assert.Equal("nanomaggy", table.Columns[5].Unit);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["1 NaN 3", Cells.Null, "7 8 9"], cells[0]);
        Assert.Equal(["5", Cells.Null, "7"], cells[1]);
        Assert.Equal(["0", "1", "18446744073709551615"], cells[2]);
        Assert.Equal(["1.5 2.5", "", "3.5"], cells[3]);
        Assert.Equal(["true", "false", "true"], cells[4]);
        Assert.Equal(["0 1 2 3", "4 5 6 7", "8 9 10 11"], cells[5]);
        Assert.Equal([cells[2][1..2]], await Cells.ReadAsync(table, ["u"], firstRow: 1, rowCount: 1));
    }

    [Fact]
    public void Damaged_files_are_rejected()
    {
        Assert.Throws<FitsException>(() => Tables.Open(TestPaths.Data("malformed/spec-0266-51602-0031_truncated_half.fits")));
        Assert.Contains("truncated", Assert.Throws<SourceUnreadableException>(
            () => Tables.Open(TestPaths.Data("malformed/truncated.fits.gz"))).Message, StringComparison.Ordinal);
        Assert.Contains("contains no table",
            Assert.Throws<SourceUnreadableException>(() => Tables.Open(TestPaths.Data("images/m13.fits"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("no HDU 'NOPE'",
            Assert.Throws<TablePartNotFoundException>(() => Tables.Open(TestPaths.Data("catalog/small_sky.fits") + "#NOPE")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Columns_beyond_999_of_STILTS_are_read(bool withLetters)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import subprocess, sys
            from astropy.table import Table
            import numpy as np
            folder, with_letters = sys.argv[1], sys.argv[2] == 'True'
            rng, number = np.random.default_rng(1), np.arange(1100)
            t = Table({f'c{i}': [rng.integers(-99, 99, 3).astype('i2'), rng.random(3), rng.random((3, 2)).astype('f4'),
                                 np.array(['a', 'bcd', f'{i}']), rng.random(3) < .5][i % 5] for i in number})
            for i in number[::7]:
                t[f'c{i}'].unit, t[f'c{i}'].description = 'Jy', f'column {i}'
            t.write(f'{folder}/t.vot', format='votable')
            subprocess.run(['stilts', 'tcopy', f'{folder}/t.vot', f'{folder}/t.fits', 'ofmt=fits-basic'], check=True, capture_output=True)
            if with_letters:  # the keywords of the first version of the convention
                data = bytearray(open(f'{folder}/t.fits', 'rb').read())
                for at in range(0, len(data), 80):
                    card = data[at:at + 80].decode('latin-1')
                    if card.startswith('HIERARCH XT T'):
                        key, _, value = card[12:].partition('=')
                        root, n = key.strip().rstrip('0123456789'), int(key.strip().lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) - 999
                        name = root + ''.join(chr(65 + n // 26 ** k % 26) for k in (2, 1, 0))
                        data[at:at + 80] = f'{name:8}= {value.strip()}'.ljust(80)[:80].encode('latin-1')
                open(f'{folder}/t.fits', 'wb').write(data)
            """, folder.Path, withLetters.ToString());
        using ITableReader fits = Tables.Open(folder["t.fits"]), votable = Tables.Open(folder["t.vot"]);
        Assert.Equal(1100, fits.Columns.Length);
        Assert.Equal(votable.Columns.Select(Facts), fits.Columns.Select(Facts));
        Assert.Equal(await Cells.ReadAsync(votable), await Cells.ReadAsync(fits));

        // STILTS writes the line breaks of astropy's VOTables as question marks.
        static string Facts(ColumnSchema c) =>
            $"{c.Name} {c.DType} [{string.Join(' ', c.Shape)}] {c.Unit} {c.Description?.Trim('?', ' ')}";
    }

    [Theory]
    [InlineData("XT_ICOL", "1000", "contains 103 columns by XT_ICOL = 1000 and XT_NCOL = 1102, but is column 999 of 999")]
    [InlineData("XT_NCOL", "999999", "contains 999001 columns by XT_ICOL = 999 and XT_NCOL = 999999")]
    [InlineData("XT_NCOL", "999", "contains 1 columns")]
    public void Columns_beyond_999_that_cannot_be_read_are_an_error(string keyword, string value, string message)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            columns = [fits.Column(f'c{i}', 'B', array=[1]) for i in range(1, 999)]
            table = fits.BinTableHDU.from_columns([*columns, fits.Column('XT_MORECOLS', '104B', array=[[1] * 104])])
            table.header['XT_ICOL'], table.header['XT_NCOL'] = 999, 1102
            table.header[sys.argv[2]] = int(sys.argv[3])
            table.writeto(sys.argv[1])
            """, folder["t.fits"], keyword, value);
        PileException e = Assert.ThrowsAny<PileException>(() => Tables.Open(folder["t.fits"]).Dispose());
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("Convert the original table to VOTable or Parquet", e.Message, StringComparison.Ordinal);
    }
}
