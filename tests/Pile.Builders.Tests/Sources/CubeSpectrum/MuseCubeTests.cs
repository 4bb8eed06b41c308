using Pile.Format;
using Pile.TestKit;
using static Pile.Builders.Tests.Sources.CubeSpectrum.CubeRows;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes of MUSE: linear wavelengths in air, variance in the same file.</summary>
public class MuseCubeTests
{
    [Theory]
    [InlineData("exact", 0.6)]
    [InlineData("exact", 0.13)]
    [InlineData("centre", 0.73)]
    public async Task Muse_cube_agrees_with_numpy(string method, double radiusArcsec)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"],
            "id,ra,dec\n26,53.17524531442022,-27.80783905796448\n7,53.1745,-27.8083\n9,53.17592,-27.80745\n");
        RowBatch rows = await ReadAsync($"""
            kind: cube-spectrum
            catalogue: t.csv
            files: {Ifu}/muse-udf-26.fits
            ivar: {"{ hdu: STAT, kind: variance }"}
            aperture: {$"{{ radius_arcsec: {radiusArcsec}, method: {method} }}"}
            image: {"{ size: 25, range_angstrom: [4800, 4900] }"}
            """, folder.Path);
        Assert.Equal([26L, 7, 9], Values<long>(rows, "object_id"));
        string[] printed = Compared(rows, Ifu, "DATA", radiusArcsec, method, "STAT", "variance", "-", 0, "1", 4800, 4900).Split('\n');
        Assert.Equal("4750.0 4948.75 160", printed[0]);
        Assert.Equal(("10**-20 Angstrom-1 cm-2 erg s-1", "10**40 Angstrom2 cm4 erg-2 s2"),
            (rows["spectrum_flux"].Schema.Unit, rows["spectrum_ivar"].Schema.Unit));
        Assert.Equal((method, "ignored"),
            (((TextColumnData)rows["aperture_method"]).Text(0), ((TextColumnData)rows["aperture_covariance"]).Text(0)));
        Assert.Equal(4850, rows["image_array"].Schema.Bands[0].WavelengthAngstrom);
    }

    [Fact]
    public async Task Cubes_of_different_length_give_ragged_rows_in_their_common_medium()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "ra,dec\n53.17524531442022,-27.80783905796448\n20.00182,-30.0001\n");
        BuilderRun builder = BuilderRuns.Builder($"kind: cube-spectrum\ncatalogue: t.csv\nfiles: {Ifu}/muse-*.fits\nivar: {{ hdu: STAT, "
            + $"kind: variance }}\nwavelength: {{ medium: air }}\naperture: {{ radius_arcsec: 0.6 }}", folder.Path);
        RowBatch rows = Assert.Single(await builder.ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("air", builder.Facts.SpectralMedium);
        Assert.Equal([160, 275], Enumerable.Range(0, 2).Select(i => rows["spectrum_flux"].ShapeOf(i)[0]));
        Assert.Equal(7300 + (1.25f * 1320), ((ColumnData<float>)rows["spectrum_lambda"]).Row(1)[0]);
        Assert.Null(rows["image_array"].Schema.Bands[0].WavelengthAngstrom);
    }
}
