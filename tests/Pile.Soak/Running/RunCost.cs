using System.Globalization;

namespace Pile.Soak.Running;

/// <summary>The processor time and the memory of one run in a <see cref="HostProcess"/>.</summary>
/// <param name="Processor">The processor time of all threads.</param>
/// <param name="PeakBytes">The largest resident memory of the process during the run, which contains <paramref name="BaseBytes"/>.</param>
/// <param name="BaseBytes">The resident memory before the run: the runtime, and what earlier runs of the same process left.</param>
internal sealed record RunCost(TimeSpan Processor, long PeakBytes, long BaseBytes)
{
    /// <summary>The cost of nothing.</summary>
    internal static RunCost Zero { get; } = new(TimeSpan.Zero, 0, 0);

    /// <summary>Returns the cost of two runs, one after the other.</summary>
    internal RunCost Then(RunCost next) =>
        new(Processor + next.Processor, Math.Max(PeakBytes, next.PeakBytes), Math.Max(BaseBytes, next.BaseBytes));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Processor.TotalSeconds:F1} s of processor time, {PeakBytes >> 20} MiB of memory ({BaseBytes >> 20} MiB before the run)");
}
