using System.Globalization;
using Pile.Format;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public sealed class MocFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    // Written with astropy according to the standard: one column of K, and the keywords.
    private const string Writer = """
        import sys, numpy as np
        from astropy.io import fits
        path, ordering, values, cards = sys.argv[1:5]
        numbers = np.array([float(v) if '.' in v else int(v) for v in values.split(',') if v])
        form = sys.argv[5] if len(sys.argv) > 5 else 'K'
        column = fits.Column(name='UNIQ' if ordering == 'NUNIQ' else 'V', format=form, array=numbers)
        hdu = fits.BinTableHDU.from_columns([column])
        hdu.header['PIXTYPE'] = 'HEALPIX'; hdu.header['ORDERING'] = ordering
        for card in cards.split(';'):
            if card:
                k, v = card.split('='); hdu.header[k] = int(v) if v.lstrip('-').isdigit() else v
        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
        """;

    [Theory]
    [InlineData("NUNIQ", "4,19,257", "COORDSYS=C;MOCORDER=3;MOCVERS=1.1", "K", "0/0 1/3 3/1")] // 4·4^order + pixel; 1/3 and 3/1 are in 0/0
    [InlineData("NUNIQ", "19,1034", "COORDSYS=C;MOCORDER=6", "J", "1/3 4/10 6/")]
    [InlineData("NUNIQ", "", "COORDSYS=C;MOCORDER=6", "K", "6/")]
    [InlineData("RANGE", "0,288230376151711744,864691128455135232,1152921504606846976", "COORDSYS=C;MOCDIM=SPACE;MOCVERS=2.0;MOCORD_S=2",
        "K", "0/0 3 2/")]
    [InlineData("RANGE", "7,9", "MOCDIM=SPACE;MOCORD_S=29", "K", "29/7 8")]
    [InlineData("NUNIQ", "19,1034,0,0,0", "COORDSYS=C;MOCORDER=6", "J", "1/3 4/10 6/")] // zeros fill the table
    [InlineData("RANGE", "7,9,0,0,0", "MOCDIM=SPACE;MOCORD_S=29", "K", "29/7 8")]
    [InlineData("NESTED", "0,3,0,1,0,0,0,0,0,0,0,0", "NSIDE=1;INDXSCHM=IMPLICIT", "J", "0/1 3")]
    public void Both_versions_and_maps_are_read(string ordering, string values, string cards, string form, string expected)
    {
        Python.Run(Writer, folder["m.fits"], ordering, values, cards, form);
        Assert.Equal(Moc.Parse(expected), MocFile.Read(folder["m.fits"]));
    }

    [Theory]
    [InlineData("NUNIQ", "4", "COORDSYS=G", "COORDSYS = 'G', galactic")]
    [InlineData("NUNIQ", "3", "COORDSYS=C", "row 0 contains 3")]
    [InlineData("NUNIQ", "19,0,1034", "COORDSYS=C", "row 1 contains 0")]
    [InlineData("NUNIQ", "4", "COORDSYS=C;MOCORDER=40", "finest order is 40")]
    [InlineData("RANGE", "4", "COORDSYS=C", "a start and an end")]
    [InlineData("RANGE", "9,4", "COORDSYS=C", "range 0 is [9, 4)")]
    [InlineData("RANGE", "4,9", "MOCDIM=TIME", "MOCDIM = 'TIME'")]
    [InlineData("NESTED", "4,9", "NSIDE=3", "NSIDE = 3 is not a power of two")]
    [InlineData("NESTED", "4,9", "X=3", "without NSIDE")]
    [InlineData("NESTED", "1,1,1,1,1,1,1,1,1,1,1,1,1", "NSIDE=1", "contains pixel 12")]
    [InlineData("HILBERT", "4,9", "X=3", "ORDERING = 'HILBERT'")]
    public void Maps_other_than_of_the_sky_in_icrs_are_rejected(string ordering, string values, string cards, string finding)
    {
        Python.Run(Writer, folder["m.fits"], ordering, values, cards);
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => MocFile.Read(folder["m.fits"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_permission_is_reported_alike_for_all_formats()
    {
        // No user can create files in sysfs, including root.
        foreach (string path in (string[])["/sys/o.txt", "/sys/o.fits", "/sys/o.json"])
            Assert.Equal($"{path}: it cannot be written: Access to the path '{path}' is denied. Free space or grant permission there, or "
                + "specify another file.", Assert.Throws<OutputUnwritableException>(
                    () => MocFile.Write(path, Moc.Parse("3/1"), replace: false)).Message);
    }

    [Fact]
    public void Other_files_are_rejected()
    {
        File.WriteAllText(folder["a.txt"], "3/1-4 x");
        Assert.Contains("not a coverage map: 'x'", Assert.Throws<SourceUnreadableException>(() => MocFile.Read(folder["a.txt"])).Message,
            StringComparison.Ordinal);
        Assert.Throws<SourceUnreadableException>(() => MocFile.Read(folder["none.fits"]));
        Assert.Contains("no table with PIXTYPE",
            Assert.Throws<SourceUnreadableException>(() => MocFile.Read(TestPaths.Data("catalog/result.fits"))).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(folder["a.fits.gz"], [0x1F, 0x8B, 8, 0]);
        foreach (Action read in (Action[])[() => MocFile.Read(folder["a.fits.gz"]), () => MocFile.ReadSpaceTime(folder["a.fits.gz"])])
            Assert.Contains("the gzip data are truncated", Assert.Throws<SourceUnreadableException>(read).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RANGE", "0,288230376151711744", "COORDSYS=C;MOCDIM=SPACE;MOCVERS=2.0;MOCORD_S=2", "K", "0/0 2/")]
    [InlineData("NESTED", "0,3.5,0,1,0,0,0,0,0,0,0,0", "NSIDE=1;INDXSCHM=IMPLICIT", "E", "0/1 3")]
    public void Maps_compressed_with_gzip_are_read(string ordering, string values, string cards, string form, string expected)
    {
        Python.Run(Writer, folder["m.fits.gz"], ordering, values, cards, form); // astropy compresses it
        Assert.Equal(0x1F, File.ReadAllBytes(folder["m.fits.gz"])[0]);
        Assert.Equal(Moc.Parse(expected), MocFile.Read(folder["m.fits.gz"]));
        Assert.Null(MocFile.ReadSpaceTime(folder["m.fits.gz"]));
        Python.Run("import gzip, sys; gzip.open(sys.argv[1], 'wt').write(sys.argv[2])", folder["m.txt.gz"], expected);
        Assert.Equal(Moc.Parse(expected), MocFile.Read(folder["m.txt.gz"]));
    }

    [Fact]
    public void Ring_maps_are_converted_to_nested_ones()
    {
        // healpy converts the same map.
        string nested = Python.Run("""
            import sys, numpy as np, healpy as hp
            m = np.random.default_rng(2).integers(0, 2, 768).astype(np.float32); m[5] = hp.UNSEEN; m[700] = np.nan
            hp.write_map(sys.argv[1], m, nest=False, coord='C', dtype=np.float32)
            n = hp.reorder(m, r2n=True)
            print(','.join(str(i) for i in range(768) if n[i] > 0))
            """, folder["ring.fits"]).Trim();
        Assert.Equal(nested, string.Join(',', MocFile.Read(folder["ring.fits"]).Ranges.Pixels()));
    }

    [Theory]
    [InlineData("UNIQ", "NUNIQ", "[4 * 4 ** 3 + 5, 4 * 4 ** 2 + 7]", "3/5 28-31")]
    [InlineData("RANGE", "RANGE", "[5 * 4 ** 26, 8 * 4 ** 26]", "3/5-7")]
    public void Unsigned_numbers_of_astropy_are_read(string column, string ordering, string values, string expected)
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            path, column, ordering, values = sys.argv[1:]
            for name, numbers in ((path, eval(values)), (path + '.large.fits', [2 ** 63 + 4, 2 ** 63 + 8])):
                h = fits.BinTableHDU.from_columns([fits.Column(column, 'K', bzero=2 ** 63, array=np.array(numbers, 'u8'))])
                h.header.update(PIXTYPE='HEALPIX', ORDERING=ordering, COORDSYS='C', MOCORDER=3)
                h.writeto(name)
            """, folder["u.fits"], column, ordering, values);
        File.WriteAllText(folder["e.txt"], expected);
        Assert.Equal(MocFile.Read(folder["e.txt"]), MocFile.Read(folder["u.fits"]));
        Assert.Contains("row 0 contains 9223372036854775812, which is not a pixel", Assert.Throws<SourceUnreadableException>(() =>
            MocFile.Read(folder["u.fits.large.fits"])).Message, StringComparison.Ordinal);
    }

    [Theory] // BAD_DATA of the HEALPix documents, of float32 and float64
    [InlineData("E")]
    [InlineData("D")]
    public void Pixels_with_BAD_DATA_are_not_covered(string format)
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            v = np.ones(48); v[[3, 7]] = -999.1
            h = fits.BinTableHDU.from_columns([fits.Column('v', sys.argv[2], array=v)])
            h.header.update(PIXTYPE='HEALPIX', ORDERING='NESTED', COORDSYS='C', NSIDE=2, INDXSCHM='IMPLICIT', BAD_DATA=-999.1)
            h.writeto(sys.argv[1])
            """, folder["bad.fits"], format);
        Assert.Equal([.. Enumerable.Range(0, 48).Where(i => i is not (3 or 7)).Select(i => (long)i)],
            MocFile.Read(folder["bad.fits"]).Ranges.Pixels());
    }

    [Fact]
    public void Astropy_reads_the_written_map()
    {
        Moc moc = Moc.Of(Healpix.CoverConeInclusive(266, -29, 2, 10));
        MocFile.Write(folder["m.fits"], moc);
        Assert.Equal(moc, MocFile.Read(folder["m.fits"]));
        string pixels = Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            h = fits.open(sys.argv[1]); h.verify('exception'); h = h[1]
            cards = dict(PIXTYPE='HEALPIX', ORDERING='NUNIQ', COORDSYS='C', MOCVERS='2.0', MOCDIM='SPACE', MOCORD_S=10, MOCORDER=10)
            assert {k: h.header[k] for k in cards} == cards
            assert h.columns.formats in (['K'], ['1K'])
            u = h.data['UNIQ'].astype(np.int64); assert np.all(np.diff(u) > 0)
            out = []
            for x in u:
                o = (int(x).bit_length() - 1) // 2 - 1; p = int(x) - 4 * 4**o; s = 4**(10 - o)
                out.extend(range(p * s, p * s + s))
            print(','.join(map(str, sorted(out))))
            """, folder["m.fits"]).Trim();
        Assert.Equal(pixels, string.Join(',', moc.Ranges.Pixels()));
        Assert.Throws<OutputExistsException>(() => MocFile.Write(folder["m.fits"], moc));
        File.WriteAllText(folder["m.txt"], moc.ToString());
        Assert.Equal(moc, MocFile.Read(folder["m.txt"]));
    }

    [Fact]
    public async Task Maps_of_other_programs_cover_the_positions_of_their_catalogues()
    {
        Moc map = MocFile.Read(TestPaths.Data("catalog/moc/small_sky_skymap.fits"));
        HashSet<long> pixels = [];
        await using ITableReader table = await TableReader.OpenAsync(TestPaths.Data("catalog/small_sky.fits"),
            cancellationToken: TestContext.Current.CancellationToken);
        PositionReader positions = new(table, PositionColumns.Find(table.Columns));
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch batchPositions = positions.Read(batch);
            for (int i = 0; i < batch.RowCount; i++)
                pixels.Add(Healpix.AngToPix(map.MaxOrder, batchPositions.RaDeg.Span[i], batchPositions.DecDeg.Span[i]));
        }
        Assert.Equal(5, map.MaxOrder);
        Assert.Equal(pixels.Order(), map.Ranges.Pixels());
        Moc gaia = MocFile.Read(TestPaths.Data("catalog/moc/skymap.gaiadr3.depth6.fits"));
        Assert.Equal((6, "0/0-11 6/", 1.0), (gaia.MaxOrder, gaia.ToString(), gaia.SkyFraction)); // Gaia has sources in every pixel of 0.9°
    }

    [Theory]
    [InlineData("catalog/moc/left_xmatch")]
    [InlineData("catalog/hats-tree/small_sky")]
    [InlineData("catalog/hats-tree/small_sky_order1_collection/small_sky_order1")]
    public void The_sky_fraction_agrees_with_hats(string folder)
    {
        string[] lines = File.ReadAllLines(TestPaths.Data($"{folder}/partition_info.csv"));
        (int order, int pixel) = (Array.IndexOf(lines[0].Split(','), "Norder"), Array.IndexOf(lines[0].Split(','), "Npix"));
        Moc moc = Moc.OfCells(lines.Skip(1).Select(l => l.Split(','))
            .Select(w => new HealpixPixel(int.Parse(w[order], CultureInfo.InvariantCulture),
                long.Parse(w[pixel], CultureInfo.InvariantCulture))));
        string stated = File.ReadLines(TestPaths.Data($"{folder}/hats.properties"))
            .Single(l => l.StartsWith("moc_sky_fraction", StringComparison.Ordinal)).Split('=')[1];
        Assert.Equal(double.Parse(stated, CultureInfo.InvariantCulture), moc.SkyFraction, 1e-5);
    }

    public void Dispose() => folder.Dispose();
}
