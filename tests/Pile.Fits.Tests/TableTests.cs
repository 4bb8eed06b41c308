using System.Runtime.InteropServices;
using Pile.TestKit;

namespace Pile.Fits.Tests;

public class TableTests
{
    /// <summary>Every kind of column, written by astropy.</summary>
    private const string AllKinds = """
        import sys, numpy as np
        from astropy.io import fits
        n = 37
        r = np.random.default_rng(7)
        C = fits.Column
        vla = np.empty(n, dtype=object)
        vla[:] = [r.normal(size=i % 5).astype('f4') for i in range(n)]
        vlai = np.empty(n, dtype=object)
        vlai[:] = [r.integers(-9, 9, size=(i * 7) % 6).astype('i2') for i in range(n)]
        f8 = r.normal(size=n); f8[3] = np.nan; f8[4] = np.inf; f8[5] = 5e-324
        i4 = r.integers(0, 1000, n).astype('i4'); i4[5] = -99
        cols = [
            C('flag', 'L', array=r.random(n) > .5), C('flags', '3L', array=r.random((n, 3)) > .5),
            C('bits', '11X', array=r.random((n, 11)) > .5),
            C('u8', 'B', array=r.integers(0, 256, n).astype('u1')),
            C('i16', 'I', array=r.integers(-32768, 32768, n).astype('i2')),
            C('u16', 'I', bzero=32768, array=r.integers(0, 65536, n).astype('u2')),
            C('i32', 'J', null=-99, array=i4, unit='count', disp='I6'),
            C('u32', 'J', bzero=2147483648, array=r.integers(0, 1 << 32, n).astype('u4')),
            C('i64', 'K', array=r.integers(-1 << 62, 1 << 62, n)),
            C('u64', 'K', bzero=1 << 63, array=r.integers(0, 1 << 63, n).astype('u8') * 2 + 1),
            C('f32', 'E', array=r.normal(size=n).astype('f4')), C('f64', 'D', array=f8, unit='deg'),
            C('Z', 'E', array=np.arange(n)), C('z', 'E', array=-np.arange(n)),
            C('cube', '24E', dim='(4,3,2)', array=r.normal(size=(n, 2, 3, 4)).astype('f4')),
            C('scaled', 'I', array=r.integers(-99, 99, n).astype('i2')),
            C('name', '9A', array=np.array(['NGC %d' % i for i in range(n)])),
            C('names', '12A', dim='(4,3)', array=np.array([['a', 'bc', 'd%d' % i] for i in range(n)])),
            C('vla', 'PE()', array=vla), C('vlai', 'QI()', array=vlai), C('i8', 'B', array=r.integers(0, 256, n).astype('u1')),
        ]
        t = fits.BinTableHDU.from_columns(cols, name='KINDS')
        t.header.comments['TTYPE11'] = 'a real of four bytes'
        t.header['TUCD12'] = 'pos.eq.ra'
        t.header['XSCAL16'] = 0.25; t.header['XZERO16'] = 1.5; t.header['XZERO21'] = -128
        t.header['LONGTEXT'] = "it's " + 'long ' * 40 + 'end'
        t.header['HIERARCH ESO DET DIT'] = 1.5
        a = fits.TableHDU.from_columns([
            C('id', 'I6', array=np.arange(n), ascii=True), C('mag', 'F9.4', array=r.normal(size=n), ascii=True),
            C('who', 'A7', array=np.array(['x%d' % i for i in range(n)]), ascii=True),
            C('big', 'I20', array=((1 << 62) - 2 * np.arange(n, dtype='i8') + 1) * (-1) ** np.arange(n), ascii=True)], name='TEXT')
        fits.HDUList([fits.PrimaryHDU(), t, a]).writeto(sys.argv[1])
        with open(sys.argv[1], 'rb+') as f:  # astropy would scale while writing, and fails for these columns: so only the header is changed
            b = f.read().replace(b'XSCAL', b'TSCAL').replace(b'XZERO', b'TZERO'); f.seek(0); f.write(b)
        """;

    public static TheoryData<string> Files => [.. TableOracle.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_column_is_equal_to_astropy(string file)
    {
        string path = TestPaths.Data(file);
        Assert.Equal(TableOracle.ByAstropy(path), TableOracle.ByPile(path));
    }

    [Fact]
    public void Every_kind_of_column_is_equal_to_astropy()
    {
        using TemporaryFolder folder = new();
        string path = Write(folder);
        Assert.Equal(TableOracle.ByAstropy(path), TableOracle.ByPile(path));
    }

    [Fact]
    public void Numbers_of_ASCII_tables_have_the_value_of_their_text()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("", Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            n = 500
            x = np.random.default_rng(7).normal(size=n) * 10.0 ** np.arange(-250, 250)
            C = lambda name, form, a, **k: fits.Column(name, form, array=a, ascii=True, **k)
            i = np.where(np.arange(n) % 7 == 3, -99, np.arange(n))
            h = fits.TableHDU.from_columns([C('x', 'D26.17', x), C('n', 'I6', i, null='-99'),
                                            C('f', 'F8.3', np.zeros(n)), C('k', 'F6.1', np.arange(n) % 9, null='8.0')])
            h.writeto(sys.argv[1])
            h = fits.open(sys.argv[1])[1]
            b = bytearray(open(sys.argv[1], 'rb').read())
            start, width = h.header['TBCOL3'] - 1, h.header['NAXIS1']
            offset = h.fileinfo()['datLoc']
            for row, text in enumerate(['    1234', ' -12+5  '.replace('+', 'E'), '   1.5D2', '        ', '12 345  ']):
                at = offset + row * width + start
                b[at:at + 8] = text.encode()
            open(sys.argv[1], 'wb').write(b)
            x = [float(bytes(b[offset + r * width + h.header['TBCOL1'] - 1:][:26]).replace(b'D', b'E')) for r in range(n)]
            np.array(x, '<f8').tofile(sys.argv[1] + '.x')
            """, folder["a.fits"]).Trim());
        using FitsFile file = FitsFile.OpenRead(folder["a.fits"]);
        FitsTable table = file.Hdu(1).Table();
        double[] x = new double[500], f = new double[5], k = new double[9];
        long[] n = new long[500];
        bool[] isNull = new bool[500];
        table.Read<double>(table.Column("x"), 0, 500, x);
        Assert.Equal(MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(folder["a.fits.x"])).ToArray(), x);
        table.Read<long>(table.Column("n"), 0, 500, n, isNull);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (i % 7 == 3, i % 7 == 3 ? -99L : i)), isNull.Zip(n));
        table.Read<double>(table.Column("f"), 0, 5, f);
        Assert.Equal([1.234, -0.012e5, 150, 0, 12.345], f); // the point is implicit (FITS 4.0 §7.2.5)
        table.Read<double>(table.Column("k"), 0, 9, k);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, double.NaN], k);
    }

    [Fact]
    public void NaN_and_infinite_numbers_of_ASCII_tables_are_those_of_astropy()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            fits.TableHDU.from_columns([fits.Column('x', 'D25.17', array=[1.5, np.nan, np.inf, -np.inf], ascii=True),
                                        fits.Column('e', 'E15.7', array=[np.nan, 2, -np.inf, 0], ascii=True)]).writeto(sys.argv[1])
            t = fits.getdata(sys.argv[1])
            assert np.array_equal(t['x'], [1.5, np.nan, np.inf, -np.inf], True) and np.array_equal(t['e'], [np.nan, 2, -np.inf, 0], True)
            """, folder["nan.fits"]);
        Assert.Contains("NAN", File.ReadAllText(folder["nan.fits"]), StringComparison.Ordinal);
        using FitsFile file = FitsFile.OpenRead(folder["nan.fits"]);
        FitsTable table = file.Hdu(1).Table();
        double[] values = new double[4];
        table.Read<double>(table.Column("x"), 0, 4, values);
        Assert.Equal([1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity], values);
        table.Read<double>(table.Column("e"), 0, 4, values);
        Assert.Equal([double.NaN, 2, double.NegativeInfinity, 0], values);
    }

    [Fact]
    public void Integers_of_64_bits_with_an_integral_TZERO_are_exact()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("", Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            big = np.array([0, 1, 2**53 + 1, -2**62 - 5])
            t = fits.BinTableHDU.from_columns([fits.Column(n, f, array=a, null=z) for n, f, a, z in [
                ('a', 'K', big, None), ('b', 'K', big, 1), ('c', '2K', np.stack([big, -big], 1), None), ('d', 'K', big, None),
                ('over', 'K', np.array([0, 0, 2**63 - 5, 0]), None)]])
            for card, value in [('1', 5), ('2', 2**53 + 1), ('3', -7.0), ('4', 0.5), ('5', 5)]:
                t.header['XZERO' + card] = value
            t.writeto(sys.argv[1])
            with open(sys.argv[1], 'rb+') as f:  # astropy has no exact type for these columns
                b = f.read().replace(b'XZERO', b'TZERO'); f.seek(0); f.write(b)
            """, folder["z.fits"]).Trim());
        using FitsFile file = FitsFile.OpenRead(folder["z.fits"]);
        FitsTable table = file.Hdu(1).Table();
        const long Big = (1L << 53) + 1, Low = -(1L << 62) - 5;
        long[] Read(string column, int perRow = 1)
        {
            long[] values = new long[4 * perRow];
            table.Read<long>(table.Column(column), 0, 4, values);
            return values;
        }

        Assert.Equal([5, 6, Big + 5, Low + 5], Read("a"));
        Assert.Equal([Big, 1, Big * 2, Low + Big], Read("b")); // the second row is null
        Assert.Equal([-7, -7, -6, -8, Big - 7, -Big - 7, Low - 7, -Low - 7], Read("c", 2));
        Assert.Equal(FitsType.Float64, table.Column("d").Type);
        Assert.Contains("row 2 of column over K has the value 9223372036854775803 + TZERO 5 = 9223372036854775808",
            Assert.Throws<FitsException>(() => Read("over")).Message);
    }

    [Fact]
    public void A_column_has_the_metadata_of_its_header()
    {
        using TemporaryFolder folder = new();
        using FitsFile file = FitsFile.OpenRead(Write(folder));
        FitsTable table = file.Hdu("kinds").Table();
        Assert.Equal("a real of four bytes", table.Column("f32").Description);
        Assert.Equal(("deg", "pos.eq.ra"), (table.Column("F64").Unit, table.Column("F64").Ucd));
        Assert.Equal(("count", "I6", -99L), (table.Column("i32").Unit, table.Column("i32").DisplayFormat, table.Column("i32").NullValue));
        Assert.Equal([2, 3, 4], table.Column("cube").Shape);
        Assert.Equal([3], table.Column("names").Shape);
        Assert.Equal("it's " + string.Concat(Enumerable.Repeat("long ", 40)) + "end", table.Header.GetText("LONGTEXT"));
        Assert.Equal(1.5, table.Header.GetFloat64("ESO DET DIT"));
        Assert.Null(table.Header.GetInt64("NOSUCH"));
        Assert.Throws<FitsException>(() => table.Header.GetInt64("EXTNAME"));
    }

    [Fact]
    public void Names_that_differ_only_by_case_are_two_columns()
    {
        using TemporaryFolder folder = new();
        using FitsFile file = FitsFile.OpenRead(Write(folder));
        FitsTable table = file.Hdu("KINDS").Table();
        float[] upper = new float[2], lower = new float[2];
        table.Read(table.Column("Z"), 1, 2, upper.AsSpan());
        table.Read(table.Column("z"), 1, 2, lower.AsSpan());
        Assert.Equal([1f, 2f], upper);
        Assert.Equal([-1f, -2f], lower);
    }

    [Fact]
    public void Null_is_reported_by_the_mask_and_widened_to_NaN()
    {
        using TemporaryFolder folder = new();
        using FitsFile file = FitsFile.OpenRead(Write(folder));
        FitsTable table = file.Hdu("KINDS").Table();
        int[] values = new int[37];
        bool[] isNull = new bool[37];
        table.Read(table.Column("i32"), 0, 37, values.AsSpan(), isNull);
        Assert.Equal([5], Enumerable.Range(0, 37).Where(i => isNull[i]));
        double[] wide = new double[37];
        table.Read(table.Column("i32"), 0, 37, wide.AsSpan());
        Assert.Equal([5], Enumerable.Range(0, 37).Where(i => double.IsNaN(wide[i])));
        table.Read(table.Column("f64"), 0, 37, wide.AsSpan(), isNull);
        Assert.DoesNotContain(true, isNull);
        Assert.Equal((double.NaN, double.PositiveInfinity, 5e-324), (wide[3], wide[4], wide[5]));
    }

    [Fact]
    public void Any_range_of_rows_is_a_slice_of_all_rows()
    {
        using FitsFile file = FitsFile.OpenRead(TestPaths.Data("catalog/gaia_results.fits"));
        FitsTable table = file.Hdu(1).Table();
        int rows = (int)table.RowCount;
        double[] all = new double[rows];
        table.Read(table.Column("ra"), 0, rows, all.AsSpan());
        Random random = new(1);
        for (int i = 0; i < 50; i++)
        {
            int first = random.Next(rows), count = random.Next(rows - first + 1);
            double[] some = new double[count];
            table.Read(table.Column("ra"), first, count, some.AsSpan());
            Assert.Equal(all[first..(first + count)], some);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Read(table.Column("ra"), rows, 1, all.AsSpan()));
        Assert.Throws<ArgumentException>(() => table.Read(table.Column("ra"), 0, 1, new float[1].AsSpan()));
    }

    [Fact]
    public void Text_that_is_not_ASCII_is_read_as_UTF8_or_Latin1()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(Write(folder));
        int at = bytes.AsSpan().IndexOf("NGC 0"u8);
        "M\u00fcnch\0"u8.CopyTo(bytes.AsSpan(at));
        bytes[bytes.AsSpan().IndexOf("NGC 1"u8)] = 0xC5;
        File.WriteAllBytes(folder["text.fits"], bytes);
        using FitsFile file = FitsFile.OpenRead(folder["text.fits"]);
        FitsTable table = file.Hdu("KINDS").Table();
        string[] names = new string[2];
        table.ReadText(table.Column("name"), 0, 2, names);
        Assert.Equal(["Münch", "ÅGC 1"], names);
    }

    [Fact]
    public void A_file_name_is_literal()
    {
        using TemporaryFolder folder = new();
        string path = folder["a[1](b)+2;x.fits"];
        File.Copy(TestPaths.Data("catalog/small_sky.fits"), path);
        using FitsFile file = FitsFile.OpenRead(path);
        Assert.Equal(131, file.Hdu(1).Table().RowCount);
    }

    private static string Write(TemporaryFolder folder)
    {
        Python.Run(AllKinds, folder["kinds.fits"]);
        return folder["kinds.fits"];
    }
}
