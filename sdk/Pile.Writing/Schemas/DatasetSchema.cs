using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Schemas;

/// <summary>The columns of the dataset, which are known once all units are complete.</summary>
internal sealed class DatasetSchema
{
    internal DatasetSchema(ImmutableArray<ColumnSchema> columns, string? spectralMedium = null)
    {
        (Columns, SpectralMedium) = (columns, spectralMedium);
        Light = [.. columns.Where(c => c.Storage == ColumnStorage.Light)];
        Heavy = [.. columns.Where(c => c.Storage == ColumnStorage.Heavy)];
        Texts = [.. Light.Where(SpillLayout.IsTextVector)];
        References = [.. columns.Where(c => c.IsOutside)];
        Indexed = [.. Light, .. References.SelectMany(ReferenceParts.InIndex)];
        Spilled = [.. Texts, .. Heavy];
        LightRowBytes = Light.Sum(RowBytesOf);
    }

    /// <summary>All columns, in the manifest's order.</summary>
    internal ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The light columns.</summary>
    internal ImmutableArray<ColumnSchema> Light { get; }

    /// <summary>The light columns, and after them those that locate the values of reference columns.</summary>
    internal ImmutableArray<ColumnSchema> Indexed { get; }

    /// <summary>The columns that are stored in the shards only.</summary>
    internal ImmutableArray<ColumnSchema> Heavy { get; }

    /// <summary>The columns whose values are in files outside the dataset.</summary>
    internal ImmutableArray<ColumnSchema> References { get; }

    /// <summary>The light columns that are vectors of text.</summary>
    internal ImmutableArray<ColumnSchema> Texts { get; }

    /// <summary>The columns that are excluded from sorting: vectors of text, then heavy columns.</summary>
    internal ImmutableArray<ColumnSchema> Spilled { get; }

    /// <summary>The maximum size of one row's light columns in a shard.</summary>
    internal long LightRowBytes { get; }

    /// <summary>The maximum size of one row when DuckDB sorts it, which needs a reference for each value of variable length.</summary>
    internal long WidestRowBytes => LightRowBytes + (RowBuckets.ReferenceBytes * Indexed.Length);

    /// <summary>The medium of all wavelengths, except columns that declare their own; null if there is no common medium.</summary>
    internal string? SpectralMedium { get; }

    /// <summary>Returns the columns of a dataset in which no row has a time, so that it declares no span of times: <c>mjd</c> and
    /// <c>mjd_end</c> declare the time scale themselves.</summary>
    internal DatasetSchema WithTimesDeclared(DatasetSpec spec) =>
        spec.TimeScale is not { } scale || !Columns.Any(ColumnMeaning.IsStandardMjd) ? this
        : new DatasetSchema([.. Columns.Select(c => ColumnMeaning.IsStandardMjd(c)
            ? c with { Time = new TimeAxis(scale, spec.TimeReference) } : c)], SpectralMedium);

    /// <summary>Returns the ragged column whose shapes a light column contains, unless the spill has these shapes as a column; null for all
    /// other columns.</summary>
    internal ColumnSchema? ShapeOwner(ColumnSchema light) =>
        Columns.FirstOrDefault(c => c.IsRagged && !c.IsOutside && ColumnNames.Shape(c.Name) == light.Name);

    private static long RowBytesOf(ColumnSchema light) =>
        (long)(light.IsRagged ? light.Longest : light.ElementsPerRow) * (light.DType == DType.String ? light.StringBytes
            : light.DType.ElementBytes());
}
