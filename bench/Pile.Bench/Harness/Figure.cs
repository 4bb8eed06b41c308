namespace Pile.Bench.Harness;

/// <summary>One line of the results.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">Our figure, with its unit.</param>
/// <param name="Peer">Who was measured beside us and its figure; empty where a figure has no peer.</param>
/// <param name="Ratio">How many times faster we are; null without a peer.</param>
/// <param name="Target">What it should be; empty for a figure that is there to be known.</param>
/// <param name="IsMet">Whether it is; null without a target.</param>
internal sealed record Figure(string What, string Ours, string Peer, Spread? Ratio, string Target, bool? IsMet)
{
    /// <summary>A comparison, with the ratio that it should reach.</summary>
    internal static Figure Of(string what, Duel duel, Func<double, string> unit, string peer, double? leastRatio = null) =>
        new(what, unit(duel.OursSeconds.Median), $"{peer}: {unit(duel.PeerSeconds.Median)}", duel.Ratio,
            leastRatio is { } least ? $"≥ {least:0.##} ×" : "", leastRatio is { } limit ? duel.Ratio.Median >= limit : null);

    /// <summary>A figure of ours alone.</summary>
    internal static Figure Alone(string what, string ours, string target = "",
        bool? isMet = null) => new(what, ours, "", null, target, isMet);
}

/// <summary>The figures of one benchmark.</summary>
/// <param name="Title">Its subject.</param>
/// <param name="Setting">What was done, in a few lines.</param>
/// <param name="Commands">The commands, each with whose or what it is.</param>
/// <param name="Figures">The lines.</param>
internal sealed record Section(string Title, string Setting, IReadOnlyList<(string What, string Command)> Commands,
    IReadOnlyList<Figure> Figures);
