using System.Globalization;

namespace Pile.Bench.Harness;

/// <summary>How large the images' inputs are beside the real ones: smaller ones only show that the bench works. The peers read the same
/// variable.</summary>
internal static class InputScale
{
    internal const string Variable = "PILE_BENCH_SCALE";

    internal static double Factor { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? double.Parse(text, CultureInfo.InvariantCulture) : 1;

    internal static bool IsFull => Factor == 1;
}
