using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>A second table of a recipe, whose columns are added to the rows with the same key: the keys <c>file</c>, <c>on</c>,
/// <c>rename</c>, <c>exclude</c>, <c>only</c> and <c>cast</c> of <c>join</c>.</summary>
/// <param name="Path">The table; an HDU may follow after a <c>#</c>.</param>
/// <param name="Key">The column of keys in the tables of the source.</param>
/// <param name="OtherKey">The column of keys in the second table.</param>
/// <param name="Choice">The columns of the second table that are kept, their names and types.</param>
internal sealed record TableJoin(string Path, string Key, string OtherKey, ColumnChoice Choice)
{
    /// <summary>Reads the key <c>join</c>: a map, or a list of maps.</summary>
    /// <param name="source">The recipe's source.</param>
    /// <param name="map">The map that has the key: the source, or a catalogue in it.</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    internal static IReadOnlyList<TableJoin> ReadAll(RecipeSource source, YamlMap map) => map.Find("join") switch
    {
        null => [],
        YamlList list => [.. list.Items.Select(item => Read(source, item.AsMap()))],
        var one => [Read(source, one.AsMap())],
    };

    private static TableJoin Read(RecipeSource source, YamlMap map)
    {
        map.RequireKeys("file", "on", "rename", "exclude", "only", "cast");
        YamlNode on = map.Required("on");
        (string key, string other) = on is not YamlMap pair ? (on.AsScalar().Text, on.AsScalar().Text)
            : pair.Entries.ToArray() is [var only] ? (only.Key.Text, only.Value.AsScalar().Text)
            : throw on.Invalid("expected one column, or '{ column of the source: column of this table }'");
        return new(source.PathOf(map.Text("file")), key, other, ColumnChoice.Read(map));
    }

    /// <summary>Reads the second table completely.</summary>
    /// <exception cref="PileException">The table is unreadable, lacks a column, or two of its rows have the same key.</exception>
    internal async Task<KeyedRows> ReadAsync(CancellationToken cancellationToken)
    {
        await using ITableReader file = await TableReader.OpenAsync(Path, Choice.ReadOptions, cancellationToken).ConfigureAwait(false);
        Choice.Require(file);
        await using ITableReader table = Choice.Apply(file);
        return await KeyedRows.ReadAsync(table, OtherKey, table.Columns.Select(c => c.Name).Where(Choice.Keeps), cancellationToken)
            .ConfigureAwait(false);
    }
}
