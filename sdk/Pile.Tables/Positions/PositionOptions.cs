namespace Pile.Tables;

/// <summary>Options for reading positions.</summary>
public sealed record PositionOptions
{
    /// <summary>The unit of right ascension; null to use the unit of the column, otherwise the unit that its values clearly have, otherwise
    /// degrees.</summary>
    public RaUnit? RaUnit { get; init; }

    /// <summary>The frame, to override the one in the file, in a form that <see cref="Sky.SkyFrame.TryParse"/> supports: <c>galactic</c>,
    /// <c>fk4</c>, <c>fk5 J1975</c>; null to use the frame that the file declares, otherwise ICRS.</summary>
    public string? Frame { get; init; }

    /// <summary>The prefix of the names of the caller's options, for messages: <c>--</c> for <c>--ra-unit</c>; <c>--a-</c> or <c>--b-</c>
    /// in a match.</summary>
    public string FlagPrefix { get; init; } = "--";

    /// <summary>Called with a text that is not an angle; the row then has no position. If null, such a text is an error.</summary>
    public Action<Format.ValueInvalidException>? OnBadValue { get; init; }

    /// <summary>Called with warnings for the user: a frame that is converted, or a conflict between file and caller.</summary>
    public Action<string>? OnWarning { get; init; }
}
