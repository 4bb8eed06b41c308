using Pile.Format;

namespace Pile.Builders;

/// <summary>One row, for builders that make rows one at a time.</summary>
public sealed class Observation
{
    private static readonly ColumnSchema TextId = Schema("object_id", DType.String), NumberId = Schema("object_id", DType.Int64);
    private static readonly ColumnSchema Ra = Schema("ra", DType.Float64), Dec = Schema("dec", DType.Float64);

    /// <summary>The id of the observation, unique in the dataset.</summary>
    public required ObjectId ObjectId { get; init; }

    /// <summary>Right ascension, ICRS degrees; null if rows have no positions on the sky (<see cref="DatasetFacts.Frame"/>).</summary>
    public double? RaDeg { get; init; }

    /// <summary>Declination, ICRS degrees; null if rows have no positions on the sky.</summary>
    public double? DecDeg { get; init; }

    /// <summary>The other columns, standard or native, with one row each.</summary>
    public required IReadOnlyList<ColumnData> Columns { get; init; }

    /// <summary>The row of the file, from 0, by which the observation is listed if the dataset cannot have it; null to list it by its
    /// id.</summary>
    internal long? SourceRow { get; init; }

    /// <summary>Returns the observation as a batch of one row. Nothing is copied.</summary>
    public RowBatch ToBatch() => new([
        ObjectId.IsText ? TextColumnData.From(TextId, [ObjectId.Text]) : new ColumnData<long>(NumberId, new[] { ObjectId.Number }),
        .. RaDeg is { } ra ? (ReadOnlySpan<ColumnData>)[new ColumnData<double>(Ra, new[] { ra })] : [],
        .. DecDeg is { } dec ? (ReadOnlySpan<ColumnData>)[new ColumnData<double>(Dec, new[] { dec })] : [],
        .. Columns,
    ])
    { SourceRows = SourceRow is { } row ? new[] { row } : default };

    private static ColumnSchema Schema(string name, DType type) => Modality.Common.Find(name)!.With(type, []);
}
