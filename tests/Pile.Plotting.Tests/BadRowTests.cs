using System.Text;
using Pile.Format;

namespace Pile.Plotting.Tests;

/// <summary>Rows with values that reviewers meet: each has a picture, or one error that names it.</summary>
public sealed class BadRowTests
{
    private static readonly float[] Flux = [1, 2, 3, 2], Ivar = [1, 1, 1, 1], Lambda = [4000, 4001, 4002, 4003];

    [Fact]
    public void Spectra_without_a_good_pixel_are_errors_that_name_the_row()
    {
        Assert.Contains("Flux", Spectrum("s", Flux, Ivar, Lambda), StringComparison.Ordinal);
        Assert.Contains("Flux", Spectrum("s", [float.NaN, 2, float.NaN, float.PositiveInfinity], Ivar, Lambda), StringComparison.Ordinal);
        foreach ((float[] flux, float[] ivar) in ((float[], float[])[])[([float.NaN, float.NaN, float.NaN, float.NaN], Ivar),
            (Flux, [0, 0, 0, 0]), (Flux, [-1, -1, -1, -1]), (Flux, [float.NaN, float.NaN, float.NaN, float.NaN])])
            Assert.Contains("object_id row 7", Assert.Throws<ValueInvalidException>(() => Spectrum("row 7", flux, ivar, Lambda)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void One_point_and_no_point_of_a_light_curve()
    {
        Assert.Contains("1 measurement", LightCurve([55_000], [3]), StringComparison.Ordinal);
        Assert.Contains("object_id lc", Assert.Throws<ValueInvalidException>(() => LightCurve([55_000, 55_001], [float.NaN, float.NaN]))
            .Message, StringComparison.Ordinal);
        Assert.Contains("object_id lc", Assert.Throws<ValueInvalidException>(() => LightCurve([double.NaN], [3])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_finite_pixel_and_no_finite_pixel_of_an_image()
    {
        float[] pixels = [.. Enumerable.Repeat(float.NaN, 36)];
        pixels[14] = 5;
        foreach (PlotSettings settings in (PlotSettings[])[new(), new() { Interpolates = true }])
            Assert.Contains("1 of 36 pixels valid", Image(pixels, settings), StringComparison.Ordinal);
        pixels[14] = float.PositiveInfinity;
        Assert.Contains("object_id im", Assert.Throws<ValueInvalidException>(() => Image(pixels, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_lines_of_text_in_an_id_are_shortened_and_markup_is_escaped()
    {
        string id = string.Concat(Enumerable.Repeat("<script>line</script>\n", 1_000_000));
        string svg = Spectrum(id, Flux, Ivar, Lambda);
        Assert.InRange(svg.Length, 1_000, 20_000);
        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        string message = Assert.Throws<ValueInvalidException>(() => Spectrum(id, Flux, [0, 0, 0, 0], Lambda)).Message;
        Assert.InRange(message.Length, 100, 1_000);
    }

    [Fact]
    public void A_row_without_a_value_and_columns_without_pictures_are_errors()
    {
        ColumnSchema flux = new() { Name = "spectrum_flux", DType = DType.Float32, Shape = [4], Storage = ColumnStorage.Heavy },
            text = new() { Name = "name", DType = DType.String }, number = new() { Name = "mag", DType = DType.Float64 };
        Manifest manifest = ManifestOf(Id, flux, text, number);
        RowPlot plot = RowPlot.Of(manifest, null, new());
        Assert.Contains("null (object_id a)", Assert.Throws<ValueInvalidException>(() => plot.Draw(new RowBatch([Ids("a"),
            new ColumnData<float>(flux, Flux, new[] { true })]), 0)).Message, StringComparison.Ordinal);
        foreach (string column in (string[])["name", "mag", "no_such"])
            Assert.Throws<ArgumentException>(() => RowPlot.Of(manifest, column, new()));
    }

    private static string Spectrum(string id, float[] flux, float[] ivar, float[] lambda)
    {
        ColumnData[] columns = [Ids(id), Heavy("spectrum_flux", flux), Heavy("spectrum_ivar", ivar), Heavy("spectrum_lambda", lambda)];
        return Draw(columns, new());
    }

    private static string LightCurve(double[] time, float[] flux)
    {
        ColumnSchema times = new()
        {
            Name = "lightcurve_time",
            DType = DType.Float64,
            Shape = [1, time.Length],
            Storage = ColumnStorage.Heavy,
            Time = new TimeAxis("TDB"),
        };
        ColumnSchema values = new()
        {
            Name = "lightcurve_flux",
            DType = DType.Float32,
            Shape = [1, flux.Length],
            Storage = ColumnStorage.Heavy
        };
        return Draw([Ids("lc"), new ColumnData<double>(times, time), new ColumnData<float>(values, flux)], new());
    }

    private static string Image(float[] pixels, PlotSettings settings)
    {
        ColumnSchema image = new() { Name = "picture", DType = DType.Float32, Shape = [6, 6], Storage = ColumnStorage.Heavy };
        return Draw([Ids("im"), new ColumnData<float>(image, pixels)], settings);
    }

    private static string Draw(ColumnData[] columns, PlotSettings settings) =>
        RowPlot.Of(ManifestOf([.. columns.Select(c => c.Schema)]), null, settings).Draw(new RowBatch(columns), 0).Figure.ToSvg();

    private static ColumnData<float> Heavy(string name, float[] values) =>
        new(new() { Name = name, DType = DType.Float32, Shape = [values.Length], Storage = ColumnStorage.Heavy }, values);

    private static ColumnSchema Id { get; } = new() { Name = "object_id", DType = DType.String };

    private static TextColumnData Ids(string id)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(id);
        return new TextColumnData(Id, utf8, new[] { 0, utf8.Length });
    }

    private static Manifest ManifestOf(params ColumnSchema[] columns) => new()
    {
        Name = "d",
        Modality = "catalogue",
        Provenance = new()
        {
            Project = "p",
            Survey = "s",
            Instrument = "i",
            Release = "1",
            Licence = "l",
            Citation = "c",
            Builder = "b",
            BuilderVersion = "1"
        },
        Rows = 1,
        Shards = 1,
        Bytes = 1,
        Partition = new Partition(Partition.Healpix, 0),
        Columns = [.. columns],
        FilesSha256 = "",
    };
}
