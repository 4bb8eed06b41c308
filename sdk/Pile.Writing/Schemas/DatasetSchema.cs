using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Schemas;

/// <summary>The columns of the dataset, known once all units are.</summary>
internal sealed class DatasetSchema
{
    internal DatasetSchema(ImmutableArray<ColumnSchema> columns)
    {
        Columns = columns;
        Light = [.. columns.Where(c => c.Storage == ColumnStorage.Light)];
        Heavy = [.. columns.Where(c => c.Storage == ColumnStorage.Heavy)];
        Texts = [.. Light.Where(SpillLayout.IsTextVector)];
        Apart = [.. Texts, .. Heavy];
        LightRowBytes = Light.Sum(c => (long)c.ElementsPerRow * (c.DType == DType.String ? c.StringBytes : c.DType.ElementBytes()));
    }

    /// <summary>All, in the manifest's order.</summary>
    internal ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The columns of the index.</summary>
    internal ImmutableArray<ColumnSchema> Light { get; }

    /// <summary>The columns that live in the shards alone.</summary>
    internal ImmutableArray<ColumnSchema> Heavy { get; }

    /// <summary>The light columns that are vectors of text.</summary>
    internal ImmutableArray<ColumnSchema> Texts { get; }

    /// <summary>The columns that stay out of sorting: vectors of text, then heavy ones.</summary>
    internal ImmutableArray<ColumnSchema> Apart { get; }

    /// <summary>Bytes of one row's light columns in a shard.</summary>
    internal long LightRowBytes { get; }

    /// <summary>The heavy column that a light one is the shape of; null for all others.</summary>
    internal ColumnSchema? ShapeOwner(ColumnSchema light) =>
        Heavy.FirstOrDefault(heavy => heavy.IsRagged && ColumnNames.Shape(heavy.Name) == light.Name);
}
