using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Reads the time scales and spectral media of columns in written tables with astropy.</summary>
public sealed class ColumnMeaningOutTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ECSV_stores_them_in_the_meta_of_each_column()
    {
        await WriteAsync("t.ecsv", Column("t", new TimeAxis("TDB", "BARYCENTER", 56999.5)), Column("w", medium: "air"), Column("x"));
        Assert.Equal("TDB BARYCENTER 56999.5 air {}\n", Python.Run("""
            import sys
            from astropy.table import Table
            t = Table.read(sys.argv[1])
            m = t['t'].meta
            print(m['time_scale'], m['time_reference'], m['time_zero_mjd'], t['w'].meta['spectral_medium'], dict(t['x'].meta))
            """, folder["t.ecsv"]));
    }

    [Fact]
    public async Task FITS_time_columns_are_read_with_their_scale()
    {
        await WriteAsync("t.fits", Column("a", new TimeAxis("TAI", "GEOCENTER")), Column("b", new TimeAxis("TDB", "BARYCENTER")));
        await WriteAsync("btjd.fits", Column("c", new TimeAxis("TDB", "BARYCENTER", 56999.5)));
        Assert.Equal("tai 1.0 GEOCENTER False\ntdb 1.0 BARYCENTER False\ntdb 57000.5 BARYCENTER TDB\n", Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.table import Table
            for path in sys.argv[1:]:
                t, h = Table.read(path, astropy_native=True), fits.getheader(path, 1)
                for i, n in enumerate(t.colnames):
                    print(t[n].scale, t[n].mjd[0], h[f'TRPOS{i + 1}'], h.get('TIMESYS', False))
            """, folder["t.fits"], folder["btjd.fits"]));
    }

    [Fact]
    public async Task FITS_columns_with_other_zero_points_have_reference_values()
    {
        await WriteAsync("t.fits", Column("a", new TimeAxis("TDB")), Column("b", new TimeAxis("TDB", null, 56999.5)));
        Assert.Equal("False [0.0, 0.0, 1.0] [0.0, 56999.5, 1.0]\n", Python.Run("""
            import sys
            from astropy.io import fits
            h = fits.getheader(sys.argv[1], 1)
            print('MJDREF' in h, *[[float(h[f'{k}{i}']) for k in ('TCRPX', 'TCRVL', 'TCDLT')] for i in (1, 2)])
            """, folder["t.fits"]));
    }

    [Fact]
    public async Task FITS_wavelengths_state_their_medium()
    {
        await WriteAsync("one.fits", Column("w", medium: "vacuum"));
        await WriteAsync("two.fits", Column("v", medium: "vacuum"), Column("a", medium: "air"));
        Assert.Equal("vac ['WAVE'] ['Angstrom']\nNone ['WAVE', 'AWAV'] ['Angstrom', 'Angstrom']\n", Python.Run("""
            import sys
            from astropy.io import fits
            for path in sys.argv[1:]:
                h = fits.getheader(path, 1)
                columns = range(1, h['TFIELDS'] + 1)
                print(h.get('AIRORVAC'), [h[f'TCTYP{i}'] for i in columns], [h[f'TCUNI{i}'] for i in columns])
            """, folder["one.fits"], folder["two.fits"]));
    }

    [Theory]
    [InlineData("t.vot")]
    [InlineData("t.parquet")] // VO-Parquet: the same VOTable without its rows
    public async Task VOTable_refers_to_time_systems_and_groups_wavelengths(string name)
    {
        await WriteAsync(name, Column("a", new TimeAxis("TAI", "TOPOCENTER")), Column("b", new TimeAxis("TDB", "BARYCENTER", 56999.5)),
            Column("c", new TimeAxis("TAI", "TOPOCENTER")),
            Column("frame", medium: "air"), Column("λ (nm)", medium: "vacuum"), Column("w", medium: "air"));
        Assert.Equal("""
            a TAI TOPOCENTER MJD-origin
            b TDB BARYCENTER 2457000.0
            c TAI TOPOCENTER MJD-origin
            air ['frame', 'w']
            vacuum ['λ (nm)']

            """.ReplaceLineEndings("\n"), Python.Run("""
            import io, sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io.votable import parse
            data = open(sys.argv[1], 'rb').read()
            votable = parse(io.BytesIO(data[data.index(b'<?xml'):data.index(b'</VOTABLE>') + 10]))
            systems = {s.ID: s for s in votable.resources[0].time_systems}
            table = votable.get_first_table()
            for f in table.fields:
                if f.ref:
                    s = systems[f.ref]
                    print(f.name, s.timescale, s.refposition, s.timeorigin)
            for g in table.groups:
                medium = [e.value for e in g.entries if hasattr(e, 'value')]
                text = medium[0] if isinstance(medium[0], str) else medium[0].decode()
                print(text, [e.get_ref().name for e in g.entries if not hasattr(e, 'value')])
            """, folder[name]));
    }

    [Fact]
    public async Task Units_and_zero_points_of_bands_are_metadata_of_the_table()
    {
        ColumnData<float> images = new(new ColumnSchema
        {
            Name = "image_array",
            DType = DType.Float32,
            Shape = [2, 1],
            Bands =
            [
                new() { Name = "g", Unit = "nanomaggy", ZeroPointMag = 22.5, WavelengthAngstrom = 4810, MaskBits = "4 it's SATUR_G" },
                new() { Name = "G", Unit = "Jy", ZeroPointMag = 8.9 },
            ],
        }, new[] { 1f, 2f });
        string[] names = ["t.fits", "t.ecsv", "t.vot", "t.parquet"];
        foreach (string name in names)
            await WriteAsync(name, images);
        Assert.Equal(string.Concat(Enumerable.Repeat("g nanomaggy 4810 22.5 4 it's SATUR_G G Jy 8.9\n", names.Length)), Python.Run("""
            import io, sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.io.votable import parse
            from astropy.table import Table
            for path in sys.argv[1:]:
                if path.endswith('.fits'):
                    facts = {k.lower().replace(' ', '.'): v for k, v in fits.getheader(path, 1).items() if ' BAND' in k}
                elif path.endswith('.ecsv'):
                    facts = Table.read(path).meta
                else:
                    data = open(path, 'rb').read()
                    votable = parse(io.BytesIO(data[data.index(b'<?xml'):data.index(b'</VOTABLE>') + 10]))
                    facts = {i.name: i.value for i in votable.resources[0].infos}
                keys = ('name', 'unit', 'wavelength_angstrom', 'zero_point_mag', 'mask_bits')
                print(*(facts[f'image_array.band{b}.{k}'] for b in (1, 2) for k in keys if f'image_array.band{b}.{k}' in facts))
            """, [.. names.Select(name => folder[name])]));
    }

    private static ColumnData<double> Column(string name, TimeAxis? time = null, string? medium = null) =>
        new(new ColumnSchema
        {
            Name = name,
            DType = DType.Float64,
            Unit = time is not null ? "d" : medium is not null ? "Angstrom" : null,
            Time = time,
            SpectralMedium = medium
        }, new[] { 1.0 });

    private async Task WriteAsync(string name, params ColumnData[] columns) =>
        await TableWriter.WriteAsync(folder[name], [.. columns.Select(c => c.Schema)], new[] { new RowBatch(columns) }.ToAsyncEnumerable(),
            cancellationToken: TestContext.Current.CancellationToken);
}
