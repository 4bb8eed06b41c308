using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The times of one side: instants, intervals, or an array of epochs for each row (light curves).</summary>
/// <param name="Start">The column of instants, of starts, or of arrays of epochs.</param>
/// <param name="End">The column of ends or durations; null for instants and epochs.</param>
/// <param name="Scale">The time scale as declared; null if unknown.</param>
/// <param name="Reference">The reference position; null if unknown.</param>
internal sealed record SideTime(TimeColumn Start, TimeColumn? End, string? Scale, string? Reference)
{
    internal static readonly string[] Durations = ["exptime", "exposure", "t_exptime", "exp_time", "texptime", "duration"];

    // Starts and ends of other tables; those of ObsCore are the second.
    private static readonly (string Start, string End)[] Intervals = [("mjd_start", "mjd_end"), ("t_min", "t_max")];

    private const string LightCurve = "lightcurve_time";

    /// <summary>The columns of other times that the side has, if the columns were not named: those of each kind.</summary>
    internal ImmutableArray<string> Others { get; private init; } = [];

    /// <summary>True if <see cref="End"/> has durations.</summary>
    internal bool HasDurations { get; private init; }

    /// <summary>True if each row has an array of epochs.</summary>
    internal bool HasEpochs => !Start.Schema.IsScalar;

    /// <summary>True if the epochs are read from shards, row by row, for candidate pairs.</summary>
    internal bool IsHeavy => Start.Schema.IsHeavy;

    /// <summary>The scale from which times are converted to <see cref="TimeScales.Common"/>; null to leave them.</summary>
    internal string? ConvertedFrom { get; init; }

    /// <summary>True if times before 1960 are taken as missing, because UTC was not defined and the window is narrow.</summary>
    internal bool RejectsBeforeUtc { get; init; }

    /// <summary>The columns to read for all rows.</summary>
    internal IEnumerable<string> Names => IsHeavy ? [] : End is null ? [Start.Name] : [Start.Name, End.Name];

    /// <summary>Finds the times of a side.</summary>
    /// <param name="side">The side.</param>
    /// <param name="named">The named columns: an instant or epochs, or start and end, or start and duration; empty to find them.</param>
    /// <param name="scale">The stated scale; null to use the declared one.</param>
    /// <param name="reference">The stated reference position.</param>
    /// <param name="letter">The letter of the side in the names of options.</param>
    /// <exception cref="ArgumentException">There is no such column, or a statement contradicts the side.</exception>
    internal static SideTime Of(MatchSide side, ImmutableArray<string> named, string? scale, string? reference, char letter)
    {
        if (named.Length > 2)
            throw new ArgumentException($"CrossMatchOptions.TimeColumns{letter} must be one column, or start and end; it has "
                + $"{named.Length}.");
        ColumnSchema[][] found = named.IsEmpty ? [.. Find(side)] : [];
        if (named.IsEmpty && found.Length == 0)
            throw new ArgumentException($"{side.Name} has no column of times ('mjd'), which a match by time requires. Set "
                + $"CrossMatchOptions.TimeColumns{letter} to one of {string.Join(", ", side.Columns.Take(40).Select(c => c.Name))}.");
        ColumnSchema[] columns = named.IsEmpty ? found[0] : [.. named.Select((n, i) => side.TimeArray(n)
            ?? (i > 0 && IsDuration(side.Require(n)) ? side.Require(n) : side.RequireTime(n)))];
        bool hasDuration = columns.Length == 2 && IsDuration(columns[1]);
        if (columns.Length == 2 && Array.Find(columns, c => !c.IsScalar) is { } array)
            throw new ArgumentException($"Column '{array.Name}' of {side.Name} has arrays of times. Set "
                + $"CrossMatchOptions.TimeColumns{letter} to it alone.");
        TimeColumn start = TimeColumn.Of(side, columns[0], "d");
        TimeColumn? end = columns.Length == 1 ? null : TimeColumn.Of(side, columns[1], hasDuration ? "s" : "d");
        (string? ofScale, string? ofReference) = Declared(side, columns[0], scale);
        if (end is not null && !hasDuration && Declared(side, columns[1], scale) is var ofEnd && ofEnd != (ofScale, ofReference))
            throw new ArgumentException($"Columns '{columns[0].Name}' and '{columns[1].Name}' of {side.Name} have different time scales or "
                + "reference positions, so they are not an interval.");
        string? agreed = Agreed(side, ofScale, scale, $"TimeScale{letter}", (a, b) => TimeScales.Name(a) == TimeScales.Name(b));
        bool isUtc = TimeScales.Name(agreed) == "UTC";
        string? other = agreed is null || isUtc ? null : agreed;
        return new SideTime(start with { IsUtc = isUtc, OtherScale = other },
            end is null ? null : end with { IsUtc = isUtc, OtherScale = other }, agreed,
            Agreed(side, ofReference, reference, $"TimeReference{letter}", ReferencePositions.AreEqual))
        {
            HasDurations = hasDuration,
            Others = [.. found.Skip(1).Select(kind => string.Join(" and ", kind.Select(c => $"'{c.Name}'")))],
        };
    }

    /// <summary>Converts an MJD in the scale of the side to the common scale.</summary>
    internal double ToCommon(double mjd) => ConvertedFrom is null ? mjd
        : RejectsBeforeUtc && TimeScales.IsBeforeUtc(ConvertedFrom, mjd) ? double.NaN : TimeScales.ToTdb(ConvertedFrom, mjd);

    /// <summary>Completes an interval: a missing end is that of an instant; an end before the start makes the time missing.</summary>
    /// <param name="start">The start; becomes NaN if the interval is not valid.</param>
    /// <param name="end">The end, or the duration; becomes the end.</param>
    /// <param name="isDuration">True if <paramref name="end"/> is a duration in days.</param>
    internal static void Complete(ref double start, ref double end, bool isDuration)
    {
        if (double.IsNaN(end))
            end = start;
        else if (isDuration)
            end = start + end;
        if (!(end >= start))
            start = end = double.NaN;
    }

    /// <summary>Finds the columns of each kind of times; the first kind is used.</summary>
    private static IEnumerable<ColumnSchema[]> Find(MatchSide side)
    {
        HashSet<string> found = [];
        if (side.TimeArray(LightCurve) is { } epochs)
            yield return [epochs];
        if (side.TimeColumn is { } instant)
        {
            found.Add(instant);
            yield return Scalar("mjd_end") is { } itsEnd ? [side.Require(instant), itsEnd] : [side.Require(instant)];
        }
        foreach ((string start, string end) in Intervals)
            if (Scalar(start) is { } first && Scalar(end) is { } last)
            {
                found.UnionWith([first.Name, last.Name]);
                yield return [first, last];
            }
        // A table often has one time as a number and as text; text is used only if no numbers are declared as times.
        ColumnSchema[] times = side is TableSide ? [.. side.Columns.Where(c => c.IsScalar && c.Time is not null)] : [];
        ColumnSchema[] numbers = [.. times.Where(c => c.DType is not DType.String)];
        if ((numbers is [] ? times : numbers) is [var declared] && !found.Contains(declared.Name))
            yield return [declared];

        ColumnSchema? Scalar(string name) =>
            side.Columns.FirstOrDefault(c => c.IsScalar && c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsDuration(ColumnSchema column) => column.Ucd?.StartsWith("time.duration", StringComparison.Ordinal) == true
        || Array.Exists(Durations, d => d.Equals(column.Name, StringComparison.OrdinalIgnoreCase));

    // Only the standard times of a dataset have its scale; other columns declare their own.
    private static (string? Scale, string? Reference) Declared(MatchSide side, ColumnSchema column, string? stated) =>
        column.Time?.Or(stated) is { } time ? (time.Scale, time.Reference)
        : column.IsStandard && column.Name is "mjd" or "mjd_end" ? side.TimeFrame : default;

    private static string? Agreed(MatchSide side, string? declared, string? stated, string option, Func<string, string, bool> areEqual) =>
        declared is null || stated is null || areEqual(declared, stated) ? declared ?? stated
        : throw new ArgumentException($"{side.Name} declares {declared}, but CrossMatchOptions.{option} is {stated}. Leave it out.");
}
