namespace Pile.Bench.Harness;

/// <summary>Tells a person who waits what is going on.</summary>
internal static class Progress
{
    internal static void Say(string line) => Console.Error.WriteLine(line);
}
