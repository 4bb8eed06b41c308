namespace Pile.Format;

/// <summary>Work exceeds its memory limit, or the memory of the machine.</summary>
internal sealed class MemoryLimitException(string message, Exception? inner = null) : PileException(message, inner);
