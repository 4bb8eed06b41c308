using Pile.Format;

namespace Pile.Publishing.Versions;

/// <summary>Finds what differs between two versions of a dataset that all shards contain, so that no shard can be shared.</summary>
internal static class ShardChanges
{
    /// <summary>Describes the differences; empty without any.</summary>
    internal static IReadOnlyList<string> Between(Manifest earlier, Manifest later)
    {
        List<string> changes = [];
        Compare("format version", earlier.FormatVersion, later.FormatVersion);
        Compare("name", earlier.Name, later.Name);
        if (earlier.FormatVersion.Minor < FormatVersion.OfSharedShards.Minor && earlier.FormatVersion == later.FormatVersion)
            Compare("version", earlier.Version, later.Version);
        Compare("subset", earlier.Subset, later.Subset);
        if (earlier.IsIndexOnly != later.IsIndexOnly)
            changes.Add("whether there are shards");
        Compare("partition scheme", earlier.Partition.Scheme, later.Partition.Scheme);
        if (earlier.Partition.Scheme == later.Partition.Scheme)
        {
            Compare("order", earlier.Partition.Order, later.Partition.Order);
            Compare("number of bits", earlier.Partition.Bits, later.Partition.Bits);
            Compare("grid", earlier.Partition.Grid, later.Partition.Grid);
        }
        if (earlier.Provenance != later.Provenance)
            changes.Add("the provenance");
        Compare("spectral medium", earlier.SpectralMedium, later.SpectralMedium);
        Compare("time", (earlier.Time?.Scale, earlier.Time?.Reference), (later.Time?.Scale, later.Time?.Reference));
        if (!earlier.Aliases.SequenceEqual(later.Aliases))
            changes.Add("the aliases");
        foreach (ColumnSchema column in later.Columns)
            if (earlier.Columns.FirstOrDefault(c => c.Name == column.Name) is { } before)
                CompareColumn(before, column);
            else
                changes.Add($"the new column '{column.Name}'");
        return changes;

        void Compare<T>(string what, T before, T after)
        {
            if (!EqualityComparer<T>.Default.Equals(before, after))
                changes.Add($"{what} {before} is now {after}");
        }

        static string ShapeOf(ColumnSchema column) =>
            string.Join('×', column.Shape.Select(length => length == ColumnSchema.Ragged ? "ragged" : $"{length}"));

        void CompareColumn(ColumnSchema before, ColumnSchema after)
        {
            Compare($"the dtype of '{after.Name}',", before.DType.Name(), after.DType.Name());
            Compare($"the width of '{after.Name}',", before.StringBytes, after.StringBytes);
            Compare($"the shape of '{after.Name}',", ShapeOf(before), ShapeOf(after));
            if (before.Nullable != after.Nullable)
                changes.Add($"'{after.Name}' has nulls {(after.Nullable ? "now" : "no longer")}");
            if (!before.Categories.SequenceEqual(after.Categories))
                changes.Add($"the categories of '{after.Name}'");
            if ((before.Unit, before.Ucd, before.Description) != (after.Unit, after.Ucd, after.Description))
                changes.Add($"unit, UCD or description of '{after.Name}'");
        }
    }
}
