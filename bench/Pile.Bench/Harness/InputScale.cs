using System.Globalization;

namespace Pile.Bench.Harness;

/// <summary>The size of the image inputs relative to the full size. Smaller inputs only show that the bench works.</summary>
/// <remarks>The peers read the same variable.</remarks>
internal static class InputScale
{
    internal const string Variable = "PILE_BENCH_SCALE";

    internal static double Factor { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? double.Parse(text, CultureInfo.InvariantCulture) : 1;

    internal static bool IsFull => Factor == 1;
}
