using Pile.Format;

namespace Pile.Builders;

/// <summary>One row, for builders that make rows one at a time; <see cref="ObservationBatch"/> makes batches of them.</summary>
public sealed class Observation
{
    /// <summary>The observation's name, unique in the dataset.</summary>
    public required ObjectId ObjectId { get; init; }

    /// <summary>Right ascension, ICRS degrees.</summary>
    public required double RaDeg { get; init; }

    /// <summary>Declination, ICRS degrees.</summary>
    public required double DecDeg { get; init; }

    /// <summary>Its other columns: each of one row, standard or native.</summary>
    public required IReadOnlyList<ColumnData> Columns { get; init; }
}
