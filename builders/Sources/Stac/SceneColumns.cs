using System.Collections.Concurrent;
using System.Globalization;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders.Sources.Stac;

/// <summary>The columns of the properties of scenes. Every batch of a unit has the columns of the batches before it, so that the writer
/// sees few different layouts.</summary>
internal sealed class SceneColumns(ConcurrentDictionary<string, PropertyKinds> known, Func<string, bool> isLeftOut,
    Func<string, bool> isText, bool hasTiles)
{
    private const int MaxProperties = 2000;
    private const int MaxTextBytes = ColumnSchema.LightRowBytesLimit;
    private static readonly Modality Modality = Modality.Get(Modality.OfScenes, PositionFrame.Wgs84);

    private readonly List<string> order = [];
    private readonly Dictionary<string, PropertyKinds> seen = new(StringComparer.Ordinal);

    /// <summary>The kinds of the values of each property, as <see cref="UnitFacts.PropertyKinds"/> has them.</summary>
    internal IEnumerable<string> Kinds => order.Select(name => $"{(int)seen[name]} {name}");

    /// <summary>Checks that the values of each property have a common type in all units.</summary>
    /// <exception cref="ReadAgainException">Only text represents the values of a property.</exception>
    internal static void RequireAgreement(IEnumerable<UnitFacts> facts)
    {
        Dictionary<string, PropertyKinds> all = new(StringComparer.Ordinal);
        foreach (string known in facts.SelectMany(f => f.PropertyKinds))
        {
            int end = known.IndexOf(' ', StringComparison.Ordinal);
            string name = known[(end + 1)..];
            all[name] = all.GetValueOrDefault(name) | (PropertyKinds)int.Parse(known.AsSpan(0, end), CultureInfo.InvariantCulture);
        }
        List<string> mixed = [.. all.Where(p => p.Value.DTypeOf() is null).Select(p => p.Key).Order(StringComparer.Ordinal)];
        if (mixed.Count > 0)
            throw MixedIn("the source", mixed);
    }

    /// <summary>Returns true for a property whose value is a standard column.</summary>
    internal static bool IsStandard(string name) => name is "datetime" or "platform" or "gsd";

    /// <summary>Returns the rows as a batch.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="unit">The unit, for messages.</param>
    /// <exception cref="ReadAgainException">The values of a property have no common type but text, or are too long.</exception>
    /// <exception cref="SchemaMismatchException">There are too many different properties.</exception>
    internal RowBatch ToBatch(SceneRows rows, string unit)
    {
        Require(rows, unit);
        List<ColumnData> columns = [.. rows.Columns];
        foreach (string name in order)
        {
            DType dtype = KnownProperty.UnitOf(name) is not null && seen[name].DTypeOf() is DType.Int32 or DType.Int64 ? DType.Float64
                : seen[name].DTypeOf()!.Value;
            ColumnSchema schema = new()
            {
                Name = NameOf(name),
                DType = dtype,
                Unit = dtype.IsFloat() ? KnownProperty.UnitOf(name) : null,
            };
            columns.Add((rows.Properties.GetValueOrDefault(name) ?? rows.NoValues()).ToColumn(schema, rows.Count));
        }
        return new RowBatch(columns);
    }

    private void Require(SceneRows rows, string unit)
    {
        List<string> mixed = [], longest = [];
        foreach ((string name, PropertyColumn column) in rows.Properties)
        {
            if (column.Kinds is PropertyKinds.None || isLeftOut(name) || ColumnNames.FindFault(name) is not null)
                continue;
            PropertyKinds all = isText(name) ? PropertyKinds.Text
                : known.AddOrUpdate(name, column.Kinds, (_, before) => before | column.Kinds);
            if (column.LongestText > MaxTextBytes)
                longest.Add(name);
            else if (all.DTypeOf() is null)
                mixed.Add(name);
            if (!seen.TryGetValue(name, out PropertyKinds before))
                order.Add(name);
            seen[name] = before | column.Kinds;
        }
        if (longest.Count > 0)
            throw new ReadAgainException($"{unit}: the {Named(longest)} longer than {MaxTextBytes} bytes; only the documents of the "
                + "dataset have them.", decisions => decisions with { LongTexts = decisions.LongTexts.Union(longest) });
        if (mixed.Count > 0)
            throw MixedIn(unit, mixed);
        if (order.Count > MaxProperties)
            throw new SchemaMismatchException(unit, null, $"the documents have more than {MaxProperties} different properties",
                "Leave some of them out with 'properties.exclude' in the recipe's source");
    }

    private static ReadAgainException MixedIn(string source, List<string> names) =>
        new($"{source}: the {Named(names)} of different types, of which no number is exact; they are stored as text.",
            decisions => decisions with { MixedValues = decisions.MixedValues.Union(names) });

    private static string Named(List<string> names) =>
        $"{(names.Count == 1 ? "property" : "properties")} {string.Join(", ", names.Select(n => $"'{n}'"))} "
            + $"{(names.Count == 1 ? "has" : "have")} values";

    // A property with the name of another column has a prefix, as in other builders.
    private string NameOf(string name) =>
        Modality.Find(name) is not null || (hasTiles && name == Partition.Tile)
            || name is SceneGroups.Asset or SceneGroups.Band or Format.ColumnNames.Healpix29
            || name.StartsWith($"{SceneGroups.Asset}.", StringComparison.Ordinal)
            || name.StartsWith($"{SceneGroups.Band}.", StringComparison.Ordinal)
            || name.StartsWith(Format.ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase)
            ? Format.ColumnNames.Native(name) : name;
}
