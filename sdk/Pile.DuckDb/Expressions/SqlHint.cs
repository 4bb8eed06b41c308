using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;

namespace Pile.DuckDb;

/// <summary>Explains an unknown column that is a text without quotes, as in <c>name = Sirius</c>, texts that are compared with numbers,
/// names with dots, and functions of extensions.</summary>
internal static partial class SqlHint
{
    private const int UnixEpochMjd = 40_587;

    /// <summary>Returns the column that DuckDB did not find; null for other errors.</summary>
    /// <param name="error">DuckDB's message.</param>
    internal static string? UnknownColumn(string error) =>
        Unknown().Match(error) is { Success: true } found ? found.Groups["name"].Value : null;

    /// <summary>Returns a hint about quotes if the SQL compares something with an unknown column, and about times if it compares a text
    /// with numbers; empty otherwise.</summary>
    /// <param name="sql">The user's SQL.</param>
    /// <param name="error">DuckDB's message.</param>
    internal static string Of(string sql, string error) => UnknownColumn(error) is { } name && IsCompared(sql, name)
        ? $" (a text is written in single quotes: '{name.Replace("'", "''", StringComparison.Ordinal)}')"
        : OfTextColumn().Match(error) is { Success: true } text && !IsCast().IsMatch(sql)
            ? $" (column '{text.Groups["column"].Value}' has texts; a text is written in single quotes)"
        : TextWithNumber().IsMatch(error) ? " (a text is written in single quotes; CAST(… AS DOUBLE) makes a number of a text)"
        : NotNumber().Match(error) is { Success: true } found ? $" (the column has numbers{TimeOf(found.Groups["text"].Value)})"
        : UnknownTable().Match(error) is { Success: true } table
            && Regex.Match(sql, $"""\b{Regex.Escape(table.Groups["name"].Value)}\.\w+""", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1))
                is { Success: true, Value: var dotted }
            ? $" (a column with a dot in its name is written in double quotes: \"{dotted}\")" : "";

    private static string TimeOf(string text) => text.Contains('-', StringComparison.Ordinal) && DateTime.TryParse(text,
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time)
        ? string.Create(CultureInfo.InvariantCulture,
            $"; times are Modified Julian Dates: {text} is ")
            + LeapSeconds.OfClock((time - DateTime.UnixEpoch).TotalDays + UnixEpochMjd).ToString("0.######", CultureInfo.InvariantCulture)
        : "";

    /// <summary>Returns what to say of a function of an extension of DuckDB, of which none is loaded; null for other errors. DuckDB's own
    /// advice is to install it.</summary>
    /// <param name="error">DuckDB's message.</param>
    internal static string? OfExtension(string error) => OfExtension().Match(error) is not { Success: true } found ? null
        : $"'{found.Groups["name"].Value}' is of the extension '{found.Groups["extension"].Value}' of DuckDB, which is not loaded"
            + (found.Groups["extension"].Value != "spatial" ? ""
                : ". Footprints are WKB: select 'geometry', or its text with ST_AsText(ST_GeomFromWKB(geometry)), and compute with another "
                    + "program");

    private static bool IsCompared(string sql, string name) => Regex.IsMatch(sql,
        $"""(?:[=<>]|\bI?LIKE\b|\bIN\s*\([^)]*)\s*"?{Regex.Escape(name)}"?(?![\w."(])""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    [GeneratedRegex("""with name "?(?<name>\w+)"? is not in the catalog, but it exists in the (?<extension>\w+) extension""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OfExtension();

    [GeneratedRegex("""Could not convert string '(?<text>.*)' to (DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT(EGER|8|16|32|64|128)?)\b""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NotNumber();

    [GeneratedRegex("""Could not convert string '.*' to .* when casting from source column (?<column>[^\r\n]+)""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OfTextColumn();

    [GeneratedRegex("""values of type (VARCHAR and type \w*(INT|DOUBLE|FLOAT|DECIMAL)|\w*(INT|DOUBLE|FLOAT|DECIMAL).* VARCHAR - an)""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TextWithNumber();

    [GeneratedRegex("""\b(TRY_)?CAST\s*\(|::""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex IsCast();

    [GeneratedRegex("""Referenced table "(?<name>\w+)" not found""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UnknownTable();

    [GeneratedRegex("""(?:Referenced column|column named) "(?<name>[^"]+)\x22""", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Unknown();
}
