namespace Pile.Bench.Harness;

/// <summary>Two sides doing the same work in turn: A B A B. What disturbs the machine disturbs both.</summary>
/// <param name="OursSeconds">Times of a pass on our side.</param>
/// <param name="PeerSeconds">Times of a pass on the peer's.</param>
/// <param name="Ratio">How many times faster ours is, round by round.</param>
internal sealed record Duel(Spread OursSeconds, Spread PeerSeconds, Spread Ratio)
{
    /// <summary>Runs both sides in turn, after one round that does not count.</summary>
    /// <param name="what">What is compared, for messages.</param>
    /// <param name="ours">One pass on our side.</param>
    /// <param name="peer">One pass on the peer's.</param>
    /// <param name="rounds">How often each is timed.</param>
    /// <param name="passes">Passes that make one time: more for work that is over in milliseconds.</param>
    /// <param name="warmUp">Whether a round comes first that does not count; false where a side takes minutes.</param>
    /// <exception cref="BenchFailedException">The sides did not come to the same result.</exception>
    internal static Duel Run(string what, Func<Pass> ours, Func<Pass> peer, int rounds, int passes = 1, bool warmUp = true)
    {
        List<(double Peer, double Ours)> times = [];
        for (int round = warmUp ? -1 : 0; round < rounds; round++)
        {
            (double peerSeconds, string expected) = Time(peer, passes);
            (double ourSeconds, string found) = Time(ours, passes);
            if (found != expected)
                throw new BenchFailedException($"{what}: wrong result. The peer came to {expected}, ours to {found}.");
            if (round >= 0)
                times.Add((peerSeconds, ourSeconds));
        }
        Duel duel = new(Spread.Of(times.Select(t => t.Ours)), Spread.Of(times.Select(t => t.Peer)),
            Spread.Of(times.Select(t => t.Peer / t.Ours)));
        Progress.Say($"  {what}: ours {duel.OursSeconds.Median * 1e3:0.0} ms, peer {duel.PeerSeconds.Median * 1e3:0.0} ms, "
            + $"{duel.Ratio.Median:0.00}");
        return duel;
    }

    private static (double Seconds, string Checksum) Time(Func<Pass> side, int passes)
    {
        double seconds = 0;
        string checksum = "";
        for (int i = 0; i < passes; i++)
        {
            Pass pass = side();
            seconds += pass.Seconds;
            checksum = pass.Checksum;
        }
        return (seconds / passes, checksum);
    }
}
