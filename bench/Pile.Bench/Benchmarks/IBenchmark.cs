using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Some figures that belong together.</summary>
internal interface IBenchmark
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Makes its input where that is missing, and sees that its peers are there.</summary>
    /// <returns>The peers' names and versions.</returns>
    /// <exception cref="BenchFailedException">A peer is missing.</exception>
    IReadOnlyDictionary<string, string> Prepare();

    /// <summary>Measures.</summary>
    /// <exception cref="BenchFailedException">The sides did not come to the same result.</exception>
    Task<Section> RunAsync();
}
