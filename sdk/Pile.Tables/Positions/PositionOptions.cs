namespace Pile.Tables;

/// <summary>How positions are read.</summary>
public sealed record PositionOptions
{
    /// <summary>What right ascension is in; null: what the column says, else what its values plainly are, else degrees.</summary>
    public RaUnit? RaUnit { get; init; }

    /// <summary>The frame, if the caller knows better than the file, in a word that <see cref="Sky.SkyFrame.TryParse"/> knows:
    /// <c>galactic</c>, <c>fk4</c>, <c>fk5 J1975</c>; null: what the file declares, else ICRS.</summary>
    public string? Frame { get; init; }

    /// <summary>What stands before the names of the caller's options, for messages: <c>--</c> as in <c>--ra-unit</c>; in a match
    /// <c>--a-</c> or <c>--b-</c>.</summary>
    public string FlagPrefix { get; init; } = "--";

    /// <summary>Receives a text that is not an angle; the row then has no position. Null: it is an error.</summary>
    public Action<Format.ValueInvalidException>? OnBadValue { get; init; }

    /// <summary>Receives what the user should know: a frame that is converted, or that file and caller don't agree on.</summary>
    public Action<string>? OnWarning { get; init; }
}
