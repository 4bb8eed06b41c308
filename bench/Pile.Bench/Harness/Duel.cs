namespace Pile.Bench.Harness;

/// <summary>Compares two sides that do the same work alternately: A B A B. Other load on the machine then affects both.</summary>
/// <param name="OursSeconds">The times of our passes.</param>
/// <param name="PeerSeconds">The times of the peer's passes.</param>
/// <param name="Ratio">The peer's time divided by ours in each round.</param>
internal sealed record Duel(Spread OursSeconds, Spread PeerSeconds, Spread Ratio)
{
    /// <summary>Runs both sides alternately, after one uncounted round.</summary>
    /// <param name="what">What is compared, for messages.</param>
    /// <param name="ours">Runs one of our passes.</param>
    /// <param name="peer">Runs one of the peer's passes.</param>
    /// <param name="rounds">The number of timed rounds.</param>
    /// <param name="passes">The number of passes of a round: several for work of a few milliseconds.</param>
    /// <param name="warmUp">True to start with an uncounted round; false if a side takes minutes.</param>
    /// <exception cref="BenchFailedException">The results of the two sides differ.</exception>
    internal static Duel Run(string what, Func<Pass> ours, Func<Pass> peer, int rounds, int passes = 1, bool warmUp = true)
    {
        List<(double Peer, double Ours)> times = [];
        for (int round = warmUp ? -1 : 0; round < rounds; round++)
        {
            (double peerSeconds, string expected) = Time(peer, passes);
            (double ourSeconds, string found) = Time(ours, passes);
            if (found != expected)
                throw new BenchFailedException($"{what}: the result is {found}, but the peer's is {expected}.");
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
