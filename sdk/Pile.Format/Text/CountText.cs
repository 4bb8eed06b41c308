using System.Globalization;

namespace Pile.Format;

/// <summary>Formats numbers of things for people.</summary>
internal static class CountText
{
    /// <summary>Returns a number and its noun, in the plural unless the number is 1: <c>1 row</c>, <c>12,345 rows</c>.</summary>
    internal static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>Returns the same with a verb: <c>1 row has</c>, <c>12,345 rows have</c>.</summary>
    internal static string Of(long count, string noun, string singular, string plural) =>
        $"{Of(count, noun)} {(count == 1 ? singular : plural)}";
}
