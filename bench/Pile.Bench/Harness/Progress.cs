namespace Pile.Bench.Harness;

/// <summary>Writes progress messages.</summary>
internal static class Progress
{
    internal static void Say(string line) => Console.Error.WriteLine(line);
}
