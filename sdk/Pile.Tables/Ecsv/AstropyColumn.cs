using Pile.Format;

namespace Pile.Tables.Ecsv;

/// <summary>What astropy states of a column that belongs to a SkyCoord, Time or TimeDelta object.</summary>
/// <param name="Frame">The frame of its positions, with the equinox; null for times.</param>
/// <param name="Ucd">The UCD of its positions; null for times and for frames that have none.</param>
/// <param name="Time">The scale of its times; null for positions and durations.</param>
/// <param name="TimeUnit">The unit of its times or durations; null for positions.</param>
internal sealed record AstropyColumn(string? Frame, string? Ucd, TimeAxis? Time, string? TimeUnit = null)
{
    /// <summary>The epoch of its positions as a Julian year; null if not declared, and for times.</summary>
    internal double? EpochYear { get; init; }

    /// <summary>The format of astropy.time of values that are not read as times; null if they are, and for positions.</summary>
    internal string? UnreadFormat { get; init; }

    /// <summary>The times of which it has the larger parts; null for other columns.</summary>
    internal AstropyTime? Dates { get; init; }

    /// <summary>Adds the UCD and the time scale to a column that has none.</summary>
    internal ColumnSchema AddTo(ColumnSchema column) => column with
    {
        Ucd = column.Ucd ?? Ucd,
        Time = column.Time ?? (IsOf(column.DType) ? Time : null),
        Unit = column.Unit ?? TimeUnit,
    };

    // Numbers may be written as text (out_subfmt), which is read as days.
    private bool IsOf(DType type) => type is DType.String ? TimeUnit is null or "d" : TimeUnit is not null;
}
