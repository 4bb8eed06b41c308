using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The aliases of a dataset whose columns are renamed in another dataset.</summary>
internal static class RenamedAliases
{
    /// <summary>Renames aliases, and the columns that they refer to.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="prefix">The prefix of the new names of aliases and columns.</param>
    /// <param name="renamed">All columns of the other dataset, with their names in its index.</param>
    internal static ImmutableArray<AliasSchema> Of(Dataset dataset, string prefix, IEnumerable<ColumnSchema> renamed)
    {
        ImmutableArray<AliasSchema> aliases = dataset.Manifest.Aliases;
        if (aliases.IsEmpty)
            return [];
        Dictionary<string, string> sqlNames = SqlNames(dataset, prefix, renamed);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        database.LockDown();
        using DuckDbConnection connection = database.Connect();
        return [.. aliases.Select(alias => alias with
        {
            Name = prefix + alias.Name,
            Native = alias.Native is { } native ? prefix + native : null,
            Expression = alias.Expression is { } expression
                ? ColumnReferences.Replace(connection, expression, sqlNames.GetValueOrDefault) : null,
        })];
    }

    /// <summary>Returns the SQL for each column of the dataset and each group of columns, by their names in its index.</summary>
    private static Dictionary<string, string> SqlNames(Dataset dataset, string prefix, IEnumerable<ColumnSchema> renamed)
    {
        Dictionary<string, string> sqlNames = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, ColumnSchema> byName = renamed.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (ColumnSchema column in dataset.Manifest.Columns)
        {
            if (column.Nested is { } group)
                sqlNames[group] = DuckDbSql.Identifier(prefix + group);
            sqlNames[column.SqlName] = DuckDbSql.Identifier(byName[prefix + column.Name].SqlName);
        }
        // The pixel of a row is that of the other dataset there.
        if (dataset.Manifest.Partition is { Order: { } order, Frame: { } frame })
            sqlNames[Partition.Healpix] = string.Create(CultureInfo.InvariantCulture,
                $"healpix({order}, {DuckDbSql.Identifier(prefix + frame.Lon)}, {DuckDbSql.Identifier(prefix + frame.Lat)})");
        return sqlNames;
    }
}
