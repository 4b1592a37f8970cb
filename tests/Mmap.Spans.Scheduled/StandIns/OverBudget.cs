namespace Mmap.Spans;

/// <summary>Stands for the library's enum, whose file holds more than the table needs.</summary>
public enum OverBudget
{
    Exceed,
    Fail,
}
