using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Some figures that belong together.</summary>
internal interface IBenchmark
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>The scripts of its peers in <c>bench/peers</c>.</summary>
    IReadOnlyList<string> PeerScripts { get; }

    /// <summary>Sees that what it needs beside its peer is there.</summary>
    /// <exception cref="BenchFailedException">Something is missing.</exception>
    void Require() { }

    /// <summary>Makes its input where that is missing, and measures.</summary>
    /// <exception cref="BenchFailedException">The sides did not come to the same result.</exception>
    Task<Section> RunAsync();
}
