using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Schemas;

/// <summary>The columns of the dataset, known once all units are.</summary>
internal sealed class DatasetSchema
{
    internal DatasetSchema(ImmutableArray<ColumnSchema> columns, string? spectralMedium = null)
    {
        (Columns, SpectralMedium) = (columns, spectralMedium);
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

    /// <summary>The medium of all wavelengths but those of columns that declare their own; null where there is none.</summary>
    internal string? SpectralMedium { get; }

    /// <summary>The same columns where no row has a time, so that the dataset declares no span of times: <c>mjd</c> and <c>mjd_end</c>
    /// declare the scale themselves.</summary>
    internal DatasetSchema WithTimesDeclared(DatasetSpec spec) =>
        spec.TimeScale is not { } scale || !Columns.Any(ColumnMeaning.IsStandardMjd) ? this
        : new DatasetSchema([.. Columns.Select(c => ColumnMeaning.IsStandardMjd(c)
            ? c with { Time = new TimeAxis(scale, spec.TimeReference) } : c)], SpectralMedium);

    /// <summary>The ragged column that a light one is the shape of; null for all others.</summary>
    internal ColumnSchema? ShapeOwner(ColumnSchema light) =>
        Columns.FirstOrDefault(c => c.IsRagged && ColumnNames.Shape(c.Name) == light.Name);

    private static long RowBytesOf(ColumnSchema light) =>
        (long)(light.IsRagged ? light.Longest : light.ElementsPerRow) * (light.DType == DType.String ? light.StringBytes
            : light.DType.ElementBytes());
}
