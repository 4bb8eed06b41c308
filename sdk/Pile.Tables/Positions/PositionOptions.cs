namespace Pile.Tables;

/// <summary>Options for reading positions and ids.</summary>
public sealed record PositionOptions
{
    /// <summary>The column of right ascension, or of the longitude of another frame; null to find it by UCD or name.</summary>
    public string? RaColumn { get; init; }

    /// <summary>The column of declination, or of the latitude of another frame; null to find it by UCD or name.</summary>
    public string? DecColumn { get; init; }

    /// <summary>The column of ids, or <c>row</c> for row numbers, even if a column has this name; null to find it by UCD or name, or to use
    /// row numbers.</summary>
    public string? IdColumn { get; init; }

    /// <summary>The unit of right ascension; null to use the unit of the column, otherwise the unit that its values clearly have, otherwise
    /// degrees.</summary>
    public RaUnit? RaUnit { get; init; }

    /// <summary>The frame, to override the one in the file, for instance <c>galactic</c>, <c>fk4</c> or
    /// <c>fk5 J1975</c>; null to use the frame that the file declares, otherwise ICRS.</summary>
    public string? Frame { get; init; }

    /// <summary>Called with a text that is not an angle; the row then has no position. If null, such a text is an error.</summary>
    public Action<Format.ValueInvalidException>? OnBadValue { get; init; }

    /// <summary>Receives messages for the user: columns that were found, a frame that is converted, a conflict between file and
    /// options. Null to ignore them.</summary>
    public Action<string>? OnMessage { get; init; }
}
