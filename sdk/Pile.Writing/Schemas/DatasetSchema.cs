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
        LightRowBytes = Light.Sum(RowBytesOf);
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

    /// <summary>Bytes of one row's light columns in a shard, at most.</summary>
    internal long LightRowBytes { get; }

    /// <summary>The one medium that spec and columns name; null where neither does.</summary>
    /// <exception cref="SchemaMismatchException">They name both.</exception>
    internal string? SpectralMedium(DatasetSpec spec)
    {
        string? medium = spec.SpectralMedium;
        foreach (ColumnSchema column in Columns)
            if (column.SpectralMedium is { } its && (medium ??= its) != its)
                throw new SchemaMismatchException("the dataset", column.Name, $"its wavelengths are in {its}, the dataset says {medium}", "Build two datasets, or convert the wavelengths of one");
        return medium;
    }

    /// <summary>The ragged column that a light one is the shape of; null for all others.</summary>
    internal ColumnSchema? ShapeOwner(ColumnSchema light) => Columns.FirstOrDefault(c => c.IsRagged && ColumnNames.Shape(c.Name) == light.Name);

    private static long RowBytesOf(ColumnSchema light) =>
        (long)(light.IsRagged ? light.Longest : light.ElementsPerRow) * (light.DType == DType.String ? light.StringBytes : light.DType.ElementBytes());
}
