using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>A column of a union, and the conversion of each source's values.</summary>
internal sealed class UnionColumn
{
    // Properties that make values incomparable. Names, descriptions and storage do not.
    private static readonly (string Name, Func<ColumnSchema, string> Text)[] Facets =
    [
        ("dtype", c => c.DType.Name()),
        ("shape", c =>
            $"[{string.Join(", ", c.Shape.Select(n => n == ColumnSchema.Ragged ? "ragged" : n.ToString(CultureInfo.InvariantCulture)))}]"),
        ("unit", c => Quoted(c.Unit)),
        ("spectral medium", c => c.SpectralMedium ?? "none"),
        ("time", c => c.Time is { } t ? string.Create(CultureInfo.InvariantCulture,
            $"{t.Scale} {t.Reference ?? "without a reference position"} from MJD {t.ZeroMjd:R}") : "none"),
        ("mask polarity", c => c.MaskPolarity?.ToString() ?? "none"),
        ("mask bits", c => Quoted(c.MaskBits)),
        ("sentinels", c => c.Sentinels.IsEmpty ? "none"
            : string.Join(", ", c.Sentinels.Select(s => s.ToString("R", CultureInfo.InvariantCulture)))),
        ("encoding", c => Quoted(c.Encoding)),
        ("bands", c => c.Bands.IsEmpty ? "none" : string.Join(", ", c.Bands)),
        ("values", c => c.Categories.IsEmpty ? "plain" : "codes of classes"),
    ];

    private readonly ImmutableArray<ClassCodes?> codes;

    private UnionColumn(ColumnSchema schema, ImmutableArray<ClassCodes?> codes) => (Schema, this.codes) = (schema, codes);

    /// <summary>The column in the union.</summary>
    internal ColumnSchema Schema { get; }

    /// <summary>Unites the columns of sources, in the order of the first.</summary>
    /// <exception cref="ArgumentException">A source lacks a column, or columns differ, and the options do not allow it; or no column is
    /// left.</exception>
    internal static ImmutableArray<UnionColumn> Unite(ImmutableArray<StreamSource> sources, UnionOptions options)
    {
        List<UnionColumn> united = [];
        List<string> differences = [];
        foreach (string name in sources.SelectMany(s => s.Columns).Select(c => c.Name).Distinct())
        {
            ColumnSchema?[] found = [.. sources.Select(s => s.Columns.FirstOrDefault(c => c.Name == name))];
            ColumnSchema[] columns = [.. found.OfType<ColumnSchema>()];
            string? difference = Array.IndexOf(found, null) is >= 0 and int lacking
                ? string.Create(CultureInfo.InvariantCulture, $"source {lacking} has no such column")
                : Difference(columns) ?? ClassCodes.Difference(columns, options);
            if (difference is null)
                united.Add(Of(columns));
            else
                differences.Add($"'{name}': {difference}");
        }
        if (differences.Count > 0 && !options.CommonColumnsOnly)
            throw new ArgumentException($"Columns of the {sources.Length} sources (numbered from 0) cannot be united: "
                + $"{string.Join("; ", differences)}. Convert them, choose other columns, or leave these out with "
                + "UnionOptions.CommonColumnsOnly.", nameof(sources));
        return united.Count > 0 ? [.. united]
            : throw new ArgumentException(
                "The sources have no column in common that can be united; the first has "
                    + $"{string.Join(", ", sources[0].Columns.Select(c => c.Name))}.", nameof(sources));
    }

    /// <summary>Returns the values of a batch of one source as values of the union.</summary>
    internal ColumnData Take(RowBatch batch, int source) =>
        codes[source] is { } map ? map.Recode(batch[Schema.Name], Schema) : batch[Schema.Name].WithSchema(Schema);

    private static UnionColumn Of(ColumnSchema[] columns)
    {
        ImmutableArray<CategorySchema> classes = ClassCodes.Unite(columns);
        ColumnSchema schema = columns[0] with
        {
            Nullable = columns.Any(c => c.Nullable),
            StringBytes = columns.Max(c => c.StringBytes),
            Longest = columns.Max(c => c.Longest),
            Categories = classes,
        };
        return new UnionColumn(schema, [.. columns.Select(c => ClassCodes.Of(c.Categories, classes))]);
    }

    private static string? Difference(ColumnSchema[] columns)
    {
        foreach ((string name, Func<ColumnSchema, string> text) in Facets)
            for (int source = 1; source < columns.Length; source++)
                if (text(columns[0]) is var first && text(columns[source]) is var other && first != other)
                    return $"{name} {first} in source 0, {other} in source {source}";
        return null;
    }

    private static string Quoted(string? text) => text is null ? "none" : $"'{text}'";
}
