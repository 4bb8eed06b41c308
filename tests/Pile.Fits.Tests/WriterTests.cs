using Pile.TestKit;

namespace Pile.Fits.Tests;

public class WriterTests
{
    private const int Rows = 5;

    [Fact]
    public void Astropy_reads_written_files()
    {
        using TemporaryFolder folder = new();
        Write(folder["made.fits"]);
        string printed = Python.Run("""
            import sys, warnings, numpy as np
            from astropy.io import fits
            warnings.simplefilter('error')
            with fits.open(sys.argv[1]) as f:
                f.verify('exception')
                print([(h.name, h.header['NAXIS']) for h in f])
                h = f[0].header
                print(f[0].data.dtype.name, f[0].data.shape, f[0].data.ravel()[:3].tolist())
                print(h['LONG'] == "it's long, " * 9 + "it's long,", h['TENTH'], h['FLAG'], h['BIG'], h['ESO DET DIT'])
                print(f[1].data.dtype.name, f[1].data.ravel().tolist())
                t = f[2]
                for i, c in enumerate(t.columns):
                    v = t.data.field(c.name)
                    print(c.name, c.format.removeprefix('1'), c.unit, c.dim, c.null, repr(t.header.comments[f'TTYPE{i + 1}']))
                    print(str(v.astype('i1').tolist() if c.bzero == -128 else np.asarray(v).tolist()).replace(', ', ','))
                print(t.header['TUCD1'], t.header['TUCD12'], 'DATE' in h)
            """, folder["made.fits"]);
        Assert.Equal("""
            [('PRIMARY', 2), ('COUNTS', 3), ('OBJECTS', 2)]
            float32 (2, 3) [0.0, 1.5, nan]
            True 0.1 True 9007199254740993 0.5
            uint16 [0, 1, 32768, 65535]
            id K None None None "the object's number"
            [-9223372036854775808,-1,0,1,9223372036854775807]
            flag L None None None ''
            [True,False,True,False,True]
            u8 B None None None ''
            [0,1,2,3,255]
            i8 B None None None ''
            [-128,-1,0,1,127]
            i16 I adu None -9 ''
            [1,2,-9,4,5]
            u16 I None None None ''
            [0,1,32768,40000,65535]
            i32 J None None None ''
            [-2147483648,-1,0,1,2147483647]
            u32 J None None None ''
            [0,1,2,3,4294967295]
            u64 K None None None ''
            [0,1,2,3,18446744073709551615]
            flux 4E None (2,2) None ''
            [[[0.0,1.0],[2.0,3.0]],[[4.0,5.0],[6.0,7.0]],[[8.0,9.0],[10.0,11.0]],[[12.0,13.0],[14.0,15.0]],[[16.0,17.0],[18.0,19.0]]]
            name 7A None None None ''
            ['M31','NGC 188','','a','b c']
            ra D deg None None 'right ascension, ?'
            [0.1,1e-300,nan,inf,360.0]
            pair 6A None (3,2) None ''
            [['a','bcd'],['','x'],['y',''],['1','2'],['3','4']]
            meta.id;meta.main pos.eq.ra False

            """.ReplaceLineEndings("\n"), printed);
    }

    [Fact]
    public void Written_files_are_read_back()
    {
        using TemporaryFolder folder = new();
        Write(folder["made.fits"]);
        Assert.Equal(TableOracle.ByAstropy(folder["made.fits"]), TableOracle.ByPile(folder["made.fits"]));
        using FitsFile file = FitsFile.OpenRead(folder["made.fits"]);
        FitsTable table = file.Hdu("OBJECTS").Table();
        short[] values = new short[Rows];
        bool[] isNull = new bool[Rows], flags = new bool[Rows];
        table.Read(table.Column("i16"), 0, Rows, values.AsSpan(), isNull);
        Assert.Equal([false, false, true, false, false], isNull);
        table.Read(table.Column("flag"), 0, Rows, flags.AsSpan(), isNull);
        Assert.Equal([false, true, false, false, false], isNull);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_and_no_times()
    {
        using TemporaryFolder folder = new();
        Write(folder["a.fits"]);
        Write(folder["b[1].fits"]);
        Assert.Equal(File.ReadAllBytes(folder["a.fits"]), File.ReadAllBytes(folder["b[1].fits"]));
        // cfitsio writes times in seconds, so both files could have the same time.
        Assert.Equal("", Python.Run("""
            import re, sys
            from astropy.io import fits
            for hdu in fits.open(sys.argv[1]):
                for card in hdu.header.cards:
                    if card.keyword == 'DATE' or re.search(r'\d{2}-\d{2}|\d{2}/\d{2}|\d{2}:\d{2}', str(card)):
                        print(card)
            """, folder["a.fits"]));
        Assert.Throws<FitsException>(() => FitsWriter.Create(folder["a.fits"]));
    }

    [Fact]
    public void A_file_that_is_not_closed_is_deleted()
    {
        using TemporaryFolder folder = new();
        using (FitsWriter writer = FitsWriter.Create(folder["a.fits"]))
        {
            writer.WriteImage<float>([1, 2], [2]);
            FitsTableWriter table = writer.BeginTable("T", [new("name", FitsType.Text) { Width = 3 }], 2);
            Assert.Contains("'long'", Assert.Throws<FitsException>(() => table.WriteText(0, 0, ["ok", "long"])).Message);
            Assert.Throws<FitsException>(() => table.WriteText(0, 0, ["ü"]));
            Assert.Throws<ArgumentOutOfRangeException>(() => table.WriteText(0, 2, ["a"]));
            Assert.Throws<ArgumentException>(() => table.Write<int>(0, 0, [1]));
        }
        Assert.False(File.Exists(folder["a.fits"]));
    }

    private static void Write(string path)
    {
        using FitsWriter writer = FitsWriter.Create(path);
        writer.WriteImage<float>([0, 1.5f, float.NaN, 3, 4, 5], [3, 2],
            cards: [FitsCard.Text("LONG", string.Concat(Enumerable.Repeat("it's long, ", 10)), "a comment"),
            FitsCard.Real("TENTH", 0.1), FitsCard.Logical("FLAG", true), FitsCard.Integer("BIG", 9007199254740993, "exact"),
            FitsCard.Real("ESO DET DIT", 0.5)]);
        writer.WriteImage<ushort>([0, 1, 32768, 65535], [2, 2, 1], "COUNTS");
        FitsTableWriter table = writer.BeginTable("OBJECTS",
        [
            new("id", FitsType.Int64) { Description = "the object's number", Ucd = "meta.id;meta.main" }, new("flag", FitsType.Bool),
            new("u8", FitsType.UInt8), new("i8", FitsType.Int8),
            new("i16", FitsType.Int16) { Unit = "adu", NullValue = -9 }, new("u16", FitsType.UInt16), new("i32", FitsType.Int32),
            new("u32", FitsType.UInt32), new("u64", FitsType.UInt64),
            new("flux", FitsType.Float32) { Repeat = 4, Shape = [2, 2] }, new("name", FitsType.Text) { Width = 7 },
            new("ra", FitsType.Float64) { Unit = "deg", Description = "right ascension, α", Ucd = "pos.eq.ra" },
            new("pair", FitsType.Text) { Width = 3, Repeat = 2 },
        ], Rows);
        table.Write<long>(0, 0, [long.MinValue, -1, 0, 1, long.MaxValue]);
        table.Write<bool>(1, 0, [true, false, true, false, true], [false, true, false, false, false]);
        table.Write<byte>(2, 0, [0, 1, 2, 3, 255]);
        table.Write<sbyte>(3, 0, [-128, -1, 0, 1, 127]);
        table.Write<short>(4, 0, [1, 2, 3, 4, 5], [false, false, true, false, false]);
        table.Write<ushort>(5, 0, [0, 1, 32768, 40000, 65535]);
        table.Write<int>(6, 0, [int.MinValue, -1, 0, 1, int.MaxValue]);
        table.Write<uint>(7, 0, [0, 1, 2, 3, uint.MaxValue]);
        table.Write<ulong>(8, 0, [0, 1, 2, 3, ulong.MaxValue]);
        table.Write<float>(9, 2, [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
        table.Write<float>(9, 0, [0, 1, 2, 3, 4, 5, 6, 7]);
        table.WriteText(10, 0, ["M31", "NGC 188", "", "a", "b c"]);
        table.Write<double>(11, 0, [0.1, 1e-300, 3, double.PositiveInfinity, 360], [false, false, true, false, false]);
        table.WriteText(12, 0, ["a", "bcd", "", "x", "y", "", "1", "2", "3", "4"]);
        writer.Close();
    }
}
