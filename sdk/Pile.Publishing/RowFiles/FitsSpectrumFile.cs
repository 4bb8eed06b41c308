using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A column along a wavelength as a FITS table; for the flux, the whole spectrum.</summary>
/// <remarks>Names and order are those expected by specutils' loader of tabular FITS: <c>wavelength</c>, <c>flux</c>, then
/// <c>uncertainty</c> in the unit of flux (one standard deviation, ivar^(−1/2), NaN if ivar is not positive), then the remaining columns:
/// <c>ivar</c>, <c>mask</c>, <c>lsf_sigma</c>.</remarks>
internal sealed class FitsSpectrumFile : FitsRowFile
{
    private const string StandardWavelengthUnit = "Angstrom"; // SCHEMA.md §7

    private static readonly string[] FluxCompanions = ["ivar", "mask", "lsf_sigma"];

    private readonly SpectrumGroup group;
    private readonly string name;
    private readonly ImmutableArray<string> companions;

    /// <exception cref="ArgumentException">The column's name is too long.</exception>
    internal FitsSpectrumFile(Manifest manifest, ViewColumns view, ColumnSchema schema, SpectrumGroup group) : base(manifest, view, schema)
    {
        this.group = group;
        name = FitsText.Name(schema.Name[group.Prefix.Length..]);
        companions = name == "flux" ? [.. FluxCompanions.Where(n => group.Companion(view, schema, n) is not null)] : [];
    }

    internal override IEnumerable<string> Companions =>
        base.Companions.Append(group.LambdaColumn).Concat(companions.Select(n => group.Prefix + n));

    internal override void Check(RowBatch batch, int row)
    {
        int length = batch[Schema.Name].ShapeOf(row)[0];
        foreach (string companion in companions.Select(n => group.Prefix + n).Append(group.LambdaColumn))
            if (batch[companion] is var column && !column.IsNullAt(row) && column.ShapeOf(row)[0] is var other && other != length)
                throw new DatasetInvalidException(Manifest.Name,
                    $"column '{Schema.Name}' has {length} elements in a row, but '{companion}' has {other}",
                    "Run 'pile validate' for all findings");
    }

    private protected override void WriteValues(FitsWriter writer, RowBatch batch, int row)
    {
        List<FitsTableColumn> columns = [];
        ColumnData lambda = batch[group.LambdaColumn];
        string? medium = ColumnMeaning.In(Manifest, lambda.Schema).SpectralMedium;
        if (!lambda.IsNullAt(row))
            columns.Add(new FitsTableColumn("wavelength", lambda, row)
            {
                Unit = lambda.Schema.Unit ?? StandardWavelengthUnit,
                Description = medium is null ? "wavelength" : $"wavelength in {medium}",
            });
        ColumnData own = batch[Schema.Name];
        if (own != lambda)
            columns.Add(new FitsTableColumn(name, own, row));
        foreach (string companion in companions)
        {
            ColumnData data = batch[group.Prefix + companion];
            if (data.IsNullAt(row))
                continue;
            if (companion == "ivar" && Uncertainty(data, own.Schema, row) is { } uncertainty)
                columns.Add(new FitsTableColumn("uncertainty", uncertainty, 0));
            columns.Add(new FitsTableColumn(companion, data,
                row)
            { Description = companion == "mask" ? MaskDescription(data.Schema) : data.Schema.Description });
        }

        FitsCard[] cards = medium switch
        {
            "vacuum" => [FitsCard.Text("AIRORVAC", "vac", "wavelengths in vacuum")],
            "air" => [FitsCard.Text("AIRORVAC", "air", "wavelengths in air")],
            _ => [],
        };
        FitsTableWriter table = writer.BeginTable("SPECTRUM", [.. columns.Select(c => c.Definition())], columns[0].Length, cards);
        for (int i = 0; i < columns.Count; i++)
            columns[i].WriteTo(table, i);
    }

    private static ColumnData<float>? Uncertainty(ColumnData data, ColumnSchema flux, int row)
    {
        if (data is not ColumnData<float> ivar)
            return null;
        ReadOnlySpan<float> values = ivar.Row(row);
        float[] sigma = new float[values.Length];
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = values[i] > 0 ? (float)(1 / Math.Sqrt(values[i])) : float.NaN;
        ColumnSchema schema = new()
        {
            Name = "uncertainty",
            DType = DType.Float32,
            Shape = [sigma.Length],
            Unit = flux.Unit,
            Description = "standard deviation of the flux, from ivar"
        };
        return new ColumnData<float>(schema, sigma, 1);
    }

    private static string MaskDescription(ColumnSchema mask) => mask.MaskPolarity switch
    {
        MaskPolarity.TrueIsBad => "true marks a bad element",
        MaskPolarity.TrueIsGood => "true marks a good element",
        MaskPolarity.ZeroIsGood => "0 marks a good element",
        _ => mask.Description ?? "",
    };
}
