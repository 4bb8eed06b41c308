using System.Globalization;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The names of finds and joins on the command line and in records.</summary>
internal static class MatchWords
{
    internal static string Of(MatchFind find, int neighbours) => find switch
    {
        MatchFind.All => "all",
        MatchFind.Nearest => neighbours == 1 ? "nearest" : neighbours.ToString(CultureInfo.InvariantCulture),
        MatchFind.OneToOne => "one-to-one",
        MatchFind.NearestInTime => "nearest-in-time",
        MatchFind.LastBefore => "last-before",
        MatchFind.FirstAfter => "first-after",
        _ => "groups",
    };

    internal static string Of(MatchJoin join) => join == MatchJoin.RightAnti ? "right-anti" : join.ToString().ToLowerInvariant();

    /// <summary>Returns the message about rows without an error.</summary>
    internal static string WithoutError(long rows, string letter, MatchRequest request) =>
        request.IsSelf && request.Options.Errors == ErrorModel.Radius
        ? string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows of A have no radius: only the radius of their partners is used")
        : string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows of {letter} have no error and are in no pair");

    /// <summary>Returns the message about moved rows whose errors do not grow.</summary>
    internal static string WithoutGrowth(long rows, string letter) => string.Create(CultureInfo.InvariantCulture,
        $"{rows:N0} rows of {letter} have no error of their proper motion: their errors do not grow");

    /// <summary>Returns the message about rows with an error of zero.</summary>
    internal static string WithZeroError(long rows, string letter) => $"{CountText.Of(rows, "row")} of {letter} "
        + $"{(rows == 1 ? "has an error of 0 and is" : "have an error of 0 and are")} taken as exact; "
        + $"CrossMatchOptions.ErrorFloorArcsec{letter} adds one";

    /// <summary>Returns the message about rows without a time.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="letter">The letter of the side.</param>
    /// <param name="read">The number of light curves that were read; null for other times.</param>
    internal static string WithoutTime(long rows, string letter, long? read) => read is { } curves
        ? string.Create(CultureInfo.InvariantCulture, $"{rows:N0} of {curves:N0} light curves of {letter} near a row of the other side "
            + $"have no time and are in no pair")
        : $"{CountText.Of(rows, "row")} of {letter} {(rows == 1 ? "has no time and is" : "have no time and are")} in no pair";

    /// <summary>Returns the message about intervals most of which end before their start.</summary>
    /// <param name="rows">The number of such intervals.</param>
    /// <param name="all">The number of rows of the side.</param>
    /// <param name="letter">The letter of the side.</param>
    /// <param name="time">Its times.</param>
    internal static string EndsBeforeStart(long rows, long all, string letter, SideTime time) => string.Create(CultureInfo.InvariantCulture,
        $"{rows:N0} of {all:N0} rows of {letter} end in '{time.End!.Name}' before they start in '{time.Start.Name}'. "
            + $"If '{time.End.Name}' has durations, rename it to one of {string.Join(", ", SideTime.Durations)} (seconds without a unit), "
            + $"or give it the UCD time.duration (CrossMatchOptions.TimeColumns{letter})");
}
