using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The bands of a row of a dataset of scenes.</summary>
internal sealed class StoredBands
{
    private const string Prefix = $"{SceneGroups.Band}.";

    /// <summary>The columns that are read.</summary>
    internal static readonly string[] Columns = [.. ((string[])["asset", "name", "common_name", "number", "dtype", "unit", "layer", "gsd",
        "has_nodata", "nodata", "scale", "offset", "center_wavelength"]).Select(name => Prefix + name)];

    private readonly RowBatch rows;
    private readonly int row;
    private readonly ILookup<string, int> ofAsset;

    internal StoredBands(RowBatch rows, int row)
    {
        (this.rows, this.row) = (rows, row);
        ofAsset = rows.Find($"{Prefix}asset") is TextColumnData assets
            ? Enumerable.Range(0, assets.ElementsOf(row)).ToLookup(i => assets.Text(row, i), StringComparer.Ordinal)
            : Enumerable.Empty<int>().ToLookup(_ => "");
    }

    /// <summary>Returns what the dataset stores for an asset.</summary>
    internal StoredAsset Of(string key, string href)
    {
        int[] bands = [.. ofAsset[key]];
        return new StoredAsset(href, bands.Length > 0 ? Text("layer", bands[0]) : null, [.. bands.Select(At)]);
    }

    // A band without a name has that of its asset here, which the name of a band of the document is not.
    private SceneBand At(int at) => new()
    {
        Name = Text("name", at) is { } name && name != Text("asset", at) ? name : null,
        CommonName = Text("common_name", at),
        CentreWavelengthUm = Number("center_wavelength", at),
        DType = Text("dtype", at),
        AssumesDType = true,
        Nodata = rows.Find($"{Prefix}has_nodata") is ColumnData<bool> has && has.Row(row)[at]
            && rows.Find($"{Prefix}nodata") is ColumnData<double> values ? values.Row(row)[at] : null,
        AssumesNodata = true,
        Unit = Text("unit", at),
        Scale = Number("scale", at),
        Offset = Number("offset", at),
        GsdM = Number("gsd", at),
        FileBand = rows.Find($"{Prefix}number") is ColumnData<int> numbers ? numbers.Row(row)[at] : 0,
    };

    private string? Text(string name, int at) =>
        rows.Find(Prefix + name) is TextColumnData texts && texts.Text(row, at) is { Length: > 0 } text ? text : null;

    private double? Number(string name, int at) =>
        rows.Find(Prefix + name) is ColumnData<double> numbers && numbers.Row(row)[at] is var number && double.IsFinite(number)
            ? number : null;
}
