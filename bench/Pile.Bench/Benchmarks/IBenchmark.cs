using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>A group of related figures.</summary>
internal interface IBenchmark
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>The scripts of the peers in <c>bench/peers</c>.</summary>
    IReadOnlyList<string> PeerScripts { get; }

    /// <summary>Checks the requirements other than the peers.</summary>
    /// <exception cref="BenchFailedException">Something is missing.</exception>
    void Require() { }

    /// <summary>Creates missing input, and measures.</summary>
    /// <exception cref="BenchFailedException">The results of the two sides differ.</exception>
    Task<Section> RunAsync();
}
