using Pile.Drawing;
using Pile.Fits;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws flux against wavelength, with noise, mask, model and lines where the dataset has them.</summary>
internal sealed class SpectrumRowPlot : RowPlot
{
    private readonly PlotSettings settings;
    private readonly ColumnSchema lambda;
    private readonly ColumnSchema? ivar, mask, model;
    private readonly string? z;

    internal SpectrumRowPlot(Manifest manifest, ViewColumns view, ColumnSchema column, SpectrumGroup group, PlotSettings settings)
        : base(manifest, column)
    {
        this.settings = settings;
        lambda = ColumnMeaning.In(manifest, group.Companion(view, column, "lambda")!);
        if (column.Name == group.Prefix + "flux")
            (ivar, mask, model) = (group.Companion(view, column, "ivar"), group.Companion(view, column, "mask"),
                group.Companion(view, column, "model")
                ?? (view.FindExact("model") is { Shape.Length: 1, IsHeavy: true } found && found.DType.IsFloat() ? found : null));
        z = ((string[])["z", "Z"]).FirstOrDefault(name => view.FindExact(name) is { IsScalar: true } c && c.DType != DType.String);
    }

    private protected override IEnumerable<string> Companions =>
        [lambda.Name, .. new[] { ivar?.Name, mask?.Name, model?.Name, z }.OfType<string>()];

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title)
    {
        double[] flux = RowNumbers.Of(batch[Schema.Name], row);
        if (flux.Length == 0 || RowNumbers.Of(batch[lambda.Name], row).Length == 0)
            throw Nothing(RowNumbers.Id(batch, row), row, flux.Length == 0 ? "a spectrum of 0 pixels" : "a spectrum without wavelengths");
        SpectrumArrays spectrum = new()
        {
            WavelengthAngstrom = Wavelengths(batch, row, flux.Length),
            Flux = Array.ConvertAll(flux, f => (float)f),
            Ivar = Array.ConvertAll(Companion(batch, ivar, row, flux.Length), f => (float)f),
            Mask = BadOf(batch, row, flux.Length),
            Model = Array.ConvertAll(Companion(batch, model, row, flux.Length), f => (float)f),
            FluxUnit = UnitText.Of(Schema.Unit),
            Medium = lambda.SpectralMedium == "air" ? WavelengthMedium.Air : WavelengthMedium.Vacuum,
            IsMediumDeclared = lambda.SpectralMedium is not null,
            Quantity = Schema.Name.EndsWith("flux", StringComparison.Ordinal) ? "Flux" : Schema.Name,
            Z = z is null ? null : RowNumbers.Scalar(batch, z, row),
        };
        if (!spectrum.Good().Contains(true))
            throw Nothing(RowNumbers.Id(batch, row), row, $"a spectrum of {flux.Length} pixels, all masked, without noise or not finite,");
        return SpectrumPlot.Draw(spectrum, new()
        {
            Title = title,
            SmoothPixels = settings.SmoothPixels,
            ShowsRestFrame = true,
            ShowsMasked = true,
            WidthPx = settings.WidthPx,
            HeightPx = 460,
        });
    }

    private protected override IEnumerable<KeyValuePair<string, string>> MoreFacts(RowBatch batch, int row) =>
        z is not null && RowNumbers.Scalar(batch, z, row) is { } redshift
            ? [new("z", redshift.ToString("0.#####", System.Globalization.CultureInfo.InvariantCulture))] : [];

    private double[] Wavelengths(RowBatch batch, int row, int length)
    {
        double[] wavelengths = Companion(batch, lambda, row, length);
        if (wavelengths.Length == 0)
            throw new DatasetInvalidException(Manifest.Name,
                $"column '{Schema.Name}' has {length} pixels in a row, but '{lambda.Name}' has another "
                + "number", "Run 'pile validate' for all findings");
        double factor = lambda.Unit is { Length: > 0 } unit && FitsUnits.TryConvert(unit, "Angstrom", out double found) ? found : 1;
        return factor == 1 ? wavelengths : Array.ConvertAll(wavelengths, w => w > 0 ? w * factor : w);
    }

    private bool[] BadOf(RowBatch batch, int row, int length) => mask is null ? []
        : Array.ConvertAll(Companion(batch, mask, row, length), value => mask.MaskPolarity == MaskPolarity.TrueIsGood ? value == 0
            : value != 0);

    private static double[] Companion(RowBatch batch, ColumnSchema? column, int row, int length) =>
        column is not null && batch.Find(column.Name) is { } found && RowNumbers.Of(found, row) is var values && values.Length == length
            ? values : [];
}
