namespace Pile.Tables;

/// <summary>How positions are read.</summary>
public sealed record PositionOptions
{
    /// <summary>What right ascension is in; null: what the column says, else what its values plainly are, else degrees.</summary>
    public RaUnit? RaUnit { get; init; }

    /// <summary>The frame, if the caller knows better than the file; null: what the file declares, else ICRS.</summary>
    public string? Frame { get; init; }

    /// <summary>Receives what the user should know: a frame taken for another, right ascensions that look like hours.</summary>
    public Action<string>? OnWarning { get; init; }
}
