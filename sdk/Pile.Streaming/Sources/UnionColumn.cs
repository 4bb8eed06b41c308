using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

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

    private readonly ImmutableArray<bool> isMissing;
    private readonly ImmutableArray<ClassCodes?> codes;

    private UnionColumn(ColumnSchema schema, ImmutableArray<bool> isMissing, ImmutableArray<ClassCodes?> codes) =>
        (Schema, this.isMissing, this.codes) = (schema, isMissing, codes);

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
            string? difference = Array.IndexOf(found, null) is >= 0 and int lacking && !options.KeepsAllColumns
                ? string.Create(CultureInfo.InvariantCulture, $"source {lacking} has no such column")
                : Difference(options.KeepsAllColumns ? WithOneShape(columns) : columns) ?? ClassCodes.Difference(columns, options);
            if (difference is null)
                united.Add(Of(found));
            else
                differences.Add($"'{name}': {difference}");
        }
        if (differences.Count > 0 && !options.CommonColumnsOnly)
            throw new ArgumentException($"Columns of the {sources.Length} sources (numbered from 0) cannot be united: "
                + $"{string.Join("; ", differences)}. Convert them, choose other columns, leave these out with "
                + "UnionOptions.CommonColumnsOnly, or keep missing columns and other shapes with UnionOptions.KeepsAllColumns.",
                nameof(sources));
        return united.Count > 0 ? [.. united]
            : throw new ArgumentException(
                "The sources have no column in common that can be united; the first has "
                    + $"{string.Join(", ", sources[0].Columns.Select(c => c.Name))}.", nameof(sources));
    }

    /// <summary>Returns the values of a batch of one source as values of the union.</summary>
    internal ColumnData Take(RowBatch batch, int source)
    {
        if (!isMissing[source])
            return codes[source] is { } map ? map.Recode(batch[Schema.Name], Schema) : batch[Schema.Name].WithSchema(Schema);
        int[] nulls = new int[batch.RowCount];
        Array.Fill(nulls, -1);
        return ColumnTypes.Empty(Schema).Take(nulls);
    }

    private static UnionColumn Of(ColumnSchema?[] found)
    {
        ColumnSchema[] columns = [.. found.OfType<ColumnSchema>()];
        ImmutableArray<CategorySchema> classes = ClassCodes.Unite(columns);
        ColumnSchema schema = WithOneShape(columns)[0] with
        {
            Nullable = columns.Length < found.Length || columns.Any(c => c.Nullable),
            StringBytes = columns.Max(c => c.StringBytes),
            Longest = columns.Max(c => c.Longest),
            Categories = classes,
        };
        return new UnionColumn(schema, [.. found.Select(c => c is null)],
            [.. found.Select(c => c is null ? null : ClassCodes.Of(c.Categories, classes))]);
    }

    /// <summary>Returns the columns with ragged axes where arrays of numbers of one rank differ in length; others are unchanged.</summary>
    private static ColumnSchema[] WithOneShape(ColumnSchema[] columns)
    {
        ImmutableArray<int> first = columns[0].Shape;
        if (columns[0].IsScalar || Array.Exists(columns, c => c.Shape.Length != first.Length || c.DType is DType.String || c.IsList)
            || Array.TrueForAll(columns, c => c.Shape.AsSpan().SequenceEqual(first.AsSpan())))
            return columns;
        ImmutableArray<int> shape = [.. first.Select((length, axis) =>
            Array.TrueForAll(columns, c => c.Shape[axis] == length) ? length : ColumnSchema.Ragged)];
        return Array.ConvertAll(columns, c => c with { Shape = shape, Storage = ColumnStorage.Heavy });
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
