namespace Pile.Format;

/// <summary>The origin, licence and builder of the data; all properties are required.</summary>
public sealed record Provenance
{
    /// <summary>The project, for example SDSS.</summary>
    public required string Project { get; init; }

    /// <summary>The survey, for example BOSS.</summary>
    public required string Survey { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>The release, for example DR17.</summary>
    public required string Release { get; init; }

    /// <summary>The licence, as an SPDX identifier if it has one.</summary>
    public required string Licence { get; init; }

    /// <summary>What to cite.</summary>
    public required string Citation { get; init; }

    /// <summary>The builder's name, for example <c>sdss-spectrum</c>.</summary>
    public required string Builder { get; init; }

    /// <summary>The builder's version.</summary>
    public required string BuilderVersion { get; init; }

    /// <summary>What a text says that is not known.</summary>
    internal const string NotStated = "not stated";

    /// <summary>Returns false for a text that says nothing, and for joined texts of which one says nothing.</summary>
    internal static bool IsStated(string? value) => value is not null && value.Split([" + ", " AND ", "; "], StringSplitOptions.None)
        .All(part => !string.IsNullOrWhiteSpace(part) && !part.StartsWith("todo", StringComparison.OrdinalIgnoreCase)
            && !part.Trim().Equals("unknown", StringComparison.OrdinalIgnoreCase)
            && !part.Trim().Equals(NotStated, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the licence of data under all of some licences: not stated if one of them is not.</summary>
    /// <remarks>Each licence is listed once, also if some were joined before. A choice of licences (<c>A OR B</c>) is in
    /// parentheses, because AND precedes OR (SPDX 2.3, annex D).</remarks>
    internal static string JoinedLicence(IEnumerable<string> licences)
    {
        string[] all = [.. licences.Distinct(StringComparer.Ordinal)];
        if (!all.All(IsStated))
            return NotStated;
        return all is [var only] ? only : string.Join(" AND ", all.SelectMany(Joined).Distinct(StringComparer.Ordinal));

        static string[] Joined(string licence) => licence.Contains('(', StringComparison.Ordinal) ? [licence]
            : licence.Contains(" OR ", StringComparison.Ordinal) ? [$"({licence})"] : licence.Split(" AND ");
    }
}
