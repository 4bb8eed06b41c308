using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Ecsv;

/// <summary>astropy's description of the columns of a table (<c>__table_column_meta__</c> of its HDF5 files): the YAML of an ECSV header,
/// without comment signs.</summary>
internal sealed record AstropyTableMeta
{
    private const string Serialized = "__serialized_columns__:";

    /// <summary>The columns by name: type, unit, description and UCD as declared.</summary>
    internal required FrozenDictionary<string, ColumnSchema> Columns { get; init; }

    /// <summary>What is stated of the columns of SkyCoord and Time objects.</summary>
    internal required FrozenDictionary<string, AstropyColumn> Objects { get; init; }

    /// <summary>The column with the mask of a column, which is true where a value is missing.</summary>
    internal required FrozenDictionary<string, string> Masks { get; init; }

    /// <summary>The times that are stored as two columns.</summary>
    internal required ImmutableArray<AstropyTime> Times { get; init; }

    /// <summary>Reads a description.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="source">The place of the lines, for messages.</param>
    /// <exception cref="DocumentInvalidException">The lines are not such a description. It is rejected as a whole, because masked values
    /// are valid numbers without it.</exception>
    internal static AstropyTableMeta Read(IReadOnlyList<string> lines, string source)
    {
        StringBuilder yaml = new();
        bool isWanted = false;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i];
            if (line.Length > 0 && char.IsLetter(line[0]))
                isWanted = line.StartsWith("datatype:", StringComparison.Ordinal);
            yaml.Append(isWanted ? AstropyColumns.Plain(line) : "").Append('\n');
            if (line.TrimStart(' ', '-') is var text && text != Serialized && text.StartsWith(Serialized, StringComparison.Ordinal))
                throw new DocumentInvalidException(source, i + 1, 1, $"expected only '{Serialized}' in this line, found '{text}'");
        }
        IEnumerable<ColumnSchema> columns = YamlReader.Read(yaml.ToString(), source).AsMap().Required("datatype").AsList().Items
            .Select(item => EcsvHeader.SchemaOf(item.AsMap()));
        YamlMap? objects = AstropyColumns.SerializedOf(lines, source);
        Dictionary<string, string> masks = new(StringComparer.Ordinal);
        List<AstropyTime> times = [];
        foreach ((YamlScalar name, YamlNode described) in objects?.Entries ?? [])
            Find(name.Text, described, masks, times);
        return new()
        {
            Columns = columns.DistinctBy(column => column.Name).ToFrozenDictionary(column => column.Name, StringComparer.Ordinal),
            Objects = AstropyColumns.Of(objects),
            Masks = masks.ToFrozenDictionary(StringComparer.Ordinal),
            Times = [.. times],
        };
    }

    /// <summary>Returns the column of an object that has a mask, whatever the object names it.</summary>
    private static string? MaskedBy(YamlMap map) => map.Entries.Where(entry => entry.Key.Text != "mask")
        .Select(entry => AstropyColumns.ColumnOf(map, entry.Key.Text)).FirstOrDefault(column => column is not null);

    private static void Find(string name, YamlNode node, Dictionary<string, string> masks, List<AstropyTime> times)
    {
        if (node is not YamlMap map)
            return;
        if (map.Find("mask") is YamlMap mask && AstropyColumns.TextOf(mask, "name") is { } maskName)
            masks[MaskedBy(map) ?? throw map.Invalid($"the mask '{maskName}' belongs to no column")] = maskName;
        if (AstropyTime.In(name, map) is { } time)
            times.Add(time);
        foreach ((YamlScalar key, YamlNode value) in map.Entries)
            Find(key.Text, value, masks, times);
    }
}
