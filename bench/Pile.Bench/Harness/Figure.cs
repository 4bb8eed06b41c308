namespace Pile.Bench.Harness;

/// <summary>One line of the results.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">Our figure, with its unit.</param>
/// <param name="Peer">The peer and its figure; empty without a peer.</param>
/// <param name="Ratio">The peer's time divided by ours; null without a peer.</param>
/// <param name="Target">The target; empty without one.</param>
/// <param name="IsMet">True if the target is met; null without a target.</param>
internal sealed record Figure(string What, string Ours, string Peer, Spread? Ratio, string Target, bool? IsMet)
{
    /// <summary>Creates the figure of a comparison, with the target of its ratio.</summary>
    internal static Figure Of(string what, Duel duel, Func<double, string> unit, string peer, double? minRatio = null) =>
        new(what, unit(duel.OursSeconds.Median), $"{peer}: {unit(duel.PeerSeconds.Median)}", duel.Ratio,
            minRatio is { } least ? $"≥ {least:0.##} ×" : "", minRatio is { } limit ? duel.Ratio.Median >= limit : null);

    /// <summary>Creates a figure without a peer.</summary>
    internal static Figure Alone(string what, string ours, string target = "",
        bool? isMet = null) => new(what, ours, "", null, target, isMet);
}

/// <summary>The figures of one benchmark.</summary>
/// <param name="Title">The title.</param>
/// <param name="Setting">A description of the measurement in a few lines.</param>
/// <param name="Commands">The commands, each with its side or purpose.</param>
/// <param name="Figures">The lines.</param>
internal sealed record Section(string Title, string Setting, IReadOnlyList<(string What, string Command)> Commands,
    IReadOnlyList<Figure> Figures);
